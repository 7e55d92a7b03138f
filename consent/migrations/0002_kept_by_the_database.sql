-- What the database itself keeps. Names that begin with consent__ (two underscores) are the owner's alone.

-- 1. Rights of the web role: two tables to read, line by line; everything else through functions.

DO $$ DECLARE line record; BEGIN
    FOR line IN
        SELECT DISTINCT g.grantee, g.table_name FROM information_schema.role_table_grants g
         WHERE g.table_schema = 'public' AND g.grantee <> current_user AND g.table_name IN (
            'consent_dossier', 'consent_share', 'consent_detail', 'consent_entry', 'consent_agreement', 'consent_card',
            'consent_access', 'consent_accesshead', 'consent_seal', 'consent_question')
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %I', line.table_name, line.grantee);
        IF line.table_name IN ('consent_dossier', 'consent_share') THEN
            EXECUTE format('GRANT SELECT ON %I TO %I', line.table_name, line.grantee);
        END IF;
    END LOOP;
END $$;

CREATE TABLE consent__key (id int PRIMARY KEY, inside bytea NOT NULL, outside bytea NOT NULL);
CREATE UNLOGGED TABLE consent__identity (
    pid int PRIMARY KEY, txid xid8 NOT NULL, kind text NOT NULL, user_id bigint, structure_id bigint, dossier_id uuid
) WITH (fillfactor = 50);
DO $$ DECLARE line record; BEGIN
    FOR line IN
        SELECT DISTINCT g.grantee, g.table_name FROM information_schema.role_table_grants g
         WHERE g.table_name IN ('consent__key', 'consent__identity') AND g.grantee <> current_user
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %I', line.table_name, line.grantee);
    END LOOP;
END $$;

-- 2. Who acts: proved once in each transaction, by what only the web process can make.

CREATE FUNCTION consent__proof(message text) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT sha256(outside || sha256(inside || convert_to(message, 'UTF8'))) FROM consent__key
$$;

CREATE FUNCTION consent_day(moment timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT (moment AT TIME ZONE 'Europe/Paris')::date
$$;
CREATE FUNCTION consent_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_catalog AS $$
    SELECT consent_day(now())
$$;

CREATE FUNCTION consent_enter(p_kind text, p_user bigint, p_structure bigint, p_dossier uuid, p_card text, p_expires bigint, p_proof bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    message text := concat_ws('|', p_kind, coalesce(p_user::text, ''), coalesce(p_structure::text, ''),
        coalesce(p_dossier::text, ''), p_card, p_expires, pg_backend_pid(), pg_current_xact_id());
    entered consent__identity;
BEGIN
    IF p_proof IS DISTINCT FROM consent__proof(message) OR p_expires < extract(epoch FROM clock_timestamp()) THEN
        RAISE EXCEPTION 'identité refusée' USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    SELECT * INTO entered FROM consent__identity WHERE pid = pg_backend_pid() AND txid = pg_current_xact_id();
    IF FOUND THEN
        RAISE EXCEPTION 'une seule identité par transaction' USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    IF p_kind = 'agent' THEN
        PERFORM 1 FROM consent_dossierright r
          JOIN network_user u ON u.id = r.user_id AND u.is_active
          JOIN network_structure s ON s.id = r.structure_id AND (s.closed_on IS NULL OR s.closed_on > consent_today())
          JOIN consent_structureopening o ON o.structure_id = s.id AND o.opens_on <= consent_today()
               AND (o.closed_on IS NULL OR o.closed_on > consent_today())
          JOIN consent_opening part ON part.opens_on <= consent_today()
         WHERE r.user_id = p_user AND r.structure_id = p_structure AND r.ended_at IS NULL
           AND consent_today() BETWEEN r.since AND r.until;
    ELSIF p_kind = 'person' THEN
        PERFORM 1 FROM consent_card c JOIN consent_dossier d ON d.id = c.dossier_id
         WHERE c.number = p_card AND c.dossier_id = p_dossier AND c.blocked_at IS NULL;
    ELSE
        RETURN false;
    END IF;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO consent__identity VALUES (pg_backend_pid(), pg_current_xact_id(), p_kind, p_user, p_structure, p_dossier)
        ON CONFLICT (pid) DO UPDATE SET txid = excluded.txid, kind = excluded.kind, user_id = excluded.user_id,
           structure_id = excluded.structure_id, dossier_id = excluded.dossier_id;
    RETURN true;
END $$;

CREATE FUNCTION consent__me() RETURNS consent__identity LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i FROM consent__identity i WHERE pid = pg_backend_pid() AND txid = pg_current_xact_id_if_assigned()
$$;
-- In plpgsql: measured faster than SQL inside a policy, where (SELECT f()) runs once for the whole query.
CREATE FUNCTION consent_acting_structure() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found bigint; BEGIN
    SELECT structure_id INTO found FROM consent__identity
     WHERE pid = pg_backend_pid() AND txid = pg_current_xact_id_if_assigned() AND kind = 'agent';
    RETURN found;
END $$;
CREATE FUNCTION consent_acting_dossier() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found uuid; BEGIN
    SELECT dossier_id INTO found FROM consent__identity
     WHERE pid = pg_backend_pid() AND txid = pg_current_xact_id_if_assigned() AND kind = 'person';
    RETURN found;
END $$;

-- 3. Who reads which line: the holder and whom it is shared with, while the agreement holds; the person.

ALTER TABLE consent_dossier ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_share ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_detail ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_card ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_question ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_the_structure ON consent_share FOR SELECT
    USING (structure_id = (SELECT consent_acting_structure()));
CREATE POLICY as_agreed ON consent_dossier FOR SELECT USING (
    (keep_withdrawn_at IS NULL AND kept_until >= (SELECT consent_today()) AND (
        structure_id = (SELECT consent_acting_structure())
        OR EXISTS (SELECT 1 FROM consent_share s
                    WHERE s.dossier_id = consent_dossier.id AND s.structure_id = (SELECT consent_acting_structure())
                      AND s.withdrawn_at IS NULL AND s.until >= (SELECT consent_today()))))
    OR id = (SELECT consent_acting_dossier()));

-- The same rules once more, for the functions: « holder », « shared », « person », or null.
CREATE FUNCTION consent__access_to(p_dossier uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); d consent_dossier; BEGIN
    SELECT * INTO d FROM consent_dossier WHERE id = p_dossier;
    IF NOT FOUND OR me.kind IS NULL THEN RETURN NULL; END IF;
    IF me.kind = 'person' THEN RETURN CASE WHEN me.dossier_id = d.id THEN 'person' END; END IF;
    IF d.keep_withdrawn_at IS NOT NULL OR d.kept_until < consent_today() THEN RETURN NULL; END IF;
    IF d.structure_id = me.structure_id THEN RETURN 'holder'; END IF;
    PERFORM 1 FROM consent_share s WHERE s.dossier_id = d.id AND s.structure_id = me.structure_id
        AND s.withdrawn_at IS NULL AND s.until >= consent_today();
    RETURN CASE WHEN FOUND THEN 'shared' END;
END $$;

-- 4. The access log: numbered and chained for each dossier, sealed in batches.

CREATE FUNCTION consent__canon(VARIADIC fields text[]) RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT convert_to(string_agg(CASE WHEN x IS NULL THEN '-;' ELSE length(x) || ':' || x || ';' END, '' ORDER BY n), 'UTF8')
      FROM unnest(fields) WITH ORDINALITY u(x, n)
$$;
CREATE FUNCTION consent__line(a consent_access) RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT sha256(consent__canon(a.dossier::text, a.seq::text, extract(epoch FROM a.at)::text, a.txid::text, a.actor::text,
        a.user::text, a.structure::text, a.action::text, a.reason::text))
$$;
CREATE FUNCTION consent__chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before bytea; BEGIN
    NEW.at := clock_timestamp();
    NEW.txid := pg_current_xact_id()::text::bigint;
    INSERT INTO consent_accesshead AS h VALUES (NEW.dossier, 1, '\x00')
        ON CONFLICT (dossier) DO UPDATE SET seq = h.seq + 1 RETURNING h.seq, h.hash INTO NEW.seq, before;
    NEW.hash := sha256(before || consent__line(NEW));
    UPDATE consent_accesshead SET hash = NEW.hash WHERE dossier = NEW.dossier;
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON consent_access FOR EACH ROW EXECUTE FUNCTION consent__chain();
CREATE TRIGGER never_row BEFORE UPDATE OR DELETE ON consent_access FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON consent_access FOR EACH STATEMENT EXECUTE FUNCTION never();
CREATE TRIGGER never_row BEFORE UPDATE OR DELETE ON consent_seal FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON consent_seal FOR EACH STATEMENT EXECUTE FUNCTION never();
ALTER TABLE consent_access ENABLE ALWAYS TRIGGER chain;
ALTER TABLE consent_access ENABLE ALWAYS TRIGGER never_row;
ALTER TABLE consent_access ENABLE ALWAYS TRIGGER never_truncate;
ALTER TABLE consent_seal ENABLE ALWAYS TRIGGER never_row;
ALTER TABLE consent_seal ENABLE ALWAYS TRIGGER never_truncate;

CREATE FUNCTION consent__log(p_dossier uuid, p_action text, p_reason text DEFAULT '') RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); n int; BEGIN
    INSERT INTO consent_access (dossier, seq, at, txid, actor, "user", structure, action, reason, hash)
    VALUES (p_dossier, 0, now(), 0, coalesce(me.kind, 'job'), me.user_id, me.structure_id, p_action, p_reason, '')
    RETURNING seq INTO n;
    RETURN n;
END $$;

CREATE FUNCTION consent_seal_now() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last consent_seal; k bigint; lo bigint; hi bigint; c bigint; r bytea; BEGIN
    PERFORM pg_advisory_xact_lock(7351);
    SELECT * INTO last FROM consent_seal ORDER BY number DESC LIMIT 1;
    k := coalesce(last.number, 0) + 1;
    lo := coalesce(last.to_tx, 0);
    hi := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;  -- only transactions that are over
    SELECT count(*), sha256(coalesce(string_agg(hash, ''::bytea ORDER BY txid, id), ''::bytea)) INTO c, r
      FROM consent_access WHERE txid >= lo AND txid < hi;
    IF c > 0 THEN
        INSERT INTO consent_seal VALUES (k, lo, hi, c, r,
            sha256(coalesce(last.hash, '\x00'::bytea) || r || consent__canon(k::text, lo::text, hi::text, c::text)), clock_timestamp());
    END IF;
    RETURN c;
END $$;

-- The first broken link of each kind: a line, a head, a seal. Nothing when all is whole.
CREATE FUNCTION consent_verify() RETURNS TABLE (what text, which text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH line AS (
        SELECT a.id, a.dossier, a.seq, a.hash,
               a.seq = row_number() OVER w AND a.hash = sha256(coalesce(lag(a.hash) OVER w, '\x00'::bytea) || consent__line(a)) AS is_whole
          FROM consent_access a WINDOW w AS (PARTITION BY a.dossier ORDER BY a.seq)),
    seal AS (
        SELECT s.number,
               s.lines = q.c AND s.root = q.r AND s.from_tx = coalesce(lag(s.to_tx) OVER o, 0)
               AND s.number = row_number() OVER o
               AND s.hash = sha256(coalesce(lag(s.hash) OVER o, '\x00'::bytea) || s.root
                   || consent__canon(s.number::text, s.from_tx::text, s.to_tx::text, s.lines::text)) AS is_whole
          FROM consent_seal s, LATERAL (
               SELECT count(*) c, sha256(coalesce(string_agg(hash, ''::bytea ORDER BY txid, id), ''::bytea)) r
                 FROM consent_access WHERE txid >= s.from_tx AND txid < s.to_tx) q
        WINDOW o AS (ORDER BY s.number))
    (SELECT 'ligne', dossier || ' n° ' || seq FROM line WHERE NOT is_whole ORDER BY id LIMIT 1)
    UNION ALL
    (SELECT 'tête', coalesce(h.dossier, l.dossier)::text
       FROM consent_accesshead h
       FULL JOIN (SELECT DISTINCT ON (dossier) dossier, seq, hash FROM consent_access ORDER BY dossier, seq DESC) l USING (dossier)
      WHERE h.seq IS DISTINCT FROM l.seq OR h.hash IS DISTINCT FROM l.hash LIMIT 1)
    UNION ALL
    (SELECT 'scellé', number::text FROM seal WHERE NOT is_whole ORDER BY number LIMIT 1)
$$;

-- 5. Reading is logging. A refusal is returned, not raised: its line stays.

-- `p_for`: the purposes of who reads by sharing, who sees the lines of these purposes and none of the agreements; null: all.
CREATE FUNCTION consent__contents(p_dossier uuid, p_for text[]) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'id', d.id, 'number', d.number, 'called', d.called, 'structure_id', d.structure_id, 'structure', s.name,
        'created_at', d.created_at, 'kept_until', d.kept_until, 'keep_withdrawn_at', d.keep_withdrawn_at,
        'contact', t.contact, 'birth_year', t.birth_year, 'adults', t.adults, 'children', t.children,
        'wants', t.wants, 'can', t.can, 'project', t.project, 'version', t.version,
        'entries', coalesce((SELECT jsonb_agg(jsonb_build_object('id', e.id, 'at', e.at, 'kind', e.kind, 'purpose', e.purpose,
                'text', e.text, 'structure', es.name, 'remark', e.remark, 'remark_at', e.remark_at) ORDER BY e.at DESC, e.id DESC)
              FROM consent_entry e JOIN network_structure es ON es.id = e.structure_id
             WHERE e.dossier_id = d.id AND (p_for IS NULL OR e.purpose = ANY (p_for))), '[]'),
        'shares', coalesce((SELECT jsonb_agg(jsonb_build_object('structure_id', x.structure_id, 'structure', xs.name,
                'purpose', x.purpose, 'until', x.until, 'given_at', x.given_at) ORDER BY xs.name, x.purpose)
              FROM consent_share x JOIN network_structure xs ON xs.id = x.structure_id
             WHERE x.dossier_id = d.id AND x.withdrawn_at IS NULL AND x.until >= consent_today()
               AND (p_for IS NULL OR x.structure_id = consent_acting_structure())), '[]'),
        'agreements', coalesce((SELECT jsonb_agg(jsonb_build_object('at', g.at, 'act', g.act, 'structure', gs.name,
                'purpose', g.purpose, 'until', g.until, 'how', g.how, 'language', g.language, 'interpreter', g.interpreter,
                'restated', g.restated, 'witness', g.witness) ORDER BY g.at DESC, g.id DESC)
              FROM consent_agreement g JOIN network_structure gs ON gs.id = g.structure_id
             WHERE g.dossier_id = d.id AND p_for IS NULL), '[]'),
        'card', (SELECT jsonb_build_object('number', c.number, 'made_at', c.made_at) FROM consent_card c
                  WHERE c.dossier_id = d.id AND c.blocked_at IS NULL AND p_for IS NULL),
        'questions', coalesce((SELECT jsonb_agg(jsonb_build_object('seq', q.seq, 'structure_id', q.structure_id, 'structure', qs.name,
                'asked_at', q.asked_at, 'text', q.text, 'answer', q.answer, 'answered_at', q.answered_at) ORDER BY q.seq)
              FROM consent_question q JOIN network_structure qs ON qs.id = q.structure_id
             WHERE q.dossier_id = d.id AND p_for IS NULL), '[]'))
      FROM consent_dossier d JOIN consent_detail t ON t.dossier_id = d.id JOIN network_structure s ON s.id = d.structure_id
     WHERE d.id = p_dossier
$$;

CREATE FUNCTION consent__purposes(p_dossier uuid, p_how text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN p_how = 'shared' THEN (
        SELECT array_agg(purpose::text) FROM consent_share WHERE dossier_id = p_dossier AND structure_id = consent_acting_structure()
           AND withdrawn_at IS NULL AND until >= consent_today()) END
$$;

CREATE FUNCTION consent_open(p_dossier uuid, p_reason text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); how text := consent__access_to(p_dossier); BEGIN
    IF me.kind IS DISTINCT FROM 'agent' OR coalesce(p_reason, '') = '' THEN
        RETURN NULL;
    END IF;
    IF how IS NULL THEN
        PERFORM 1 FROM consent_dossier WHERE id = p_dossier;
        IF FOUND THEN PERFORM consent__log(p_dossier, 'refused', p_reason); END IF;
        RETURN NULL;
    END IF;
    PERFORM consent__log(p_dossier, 'read', p_reason);
    RETURN consent__contents(p_dossier, consent__purposes(p_dossier, how)) || jsonb_build_object('access', how);
END $$;

-- An attempt by number: its line is written when the dossier exists, and nothing is said in either case.
CREATE FUNCTION consent_refuse(p_number text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found uuid; BEGIN
    SELECT id INTO found FROM consent_dossier WHERE number = p_number;
    IF found IS NOT NULL AND (consent__me()).kind = 'agent' AND consent__access_to(found) IS NULL THEN
        PERFORM consent__log(found, 'refused');
    END IF;
END $$;

-- The person's own: everything, and who read it, by structure and role, never by name.
CREATE FUNCTION consent_own(p_action text DEFAULT 'read') RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mine uuid := consent_acting_dossier(); BEGIN
    IF mine IS NULL OR p_action NOT IN ('read', 'entered', 'exported') THEN RETURN NULL; END IF;
    PERFORM consent__log(mine, p_action);
    RETURN consent__contents(mine, NULL) || jsonb_build_object('accesses', (
        SELECT jsonb_agg(jsonb_build_object('seq', a.seq, 'at', a.at, 'actor', a.actor, 'structure_id', s.id, 'structure', s.name,
                 'role', (SELECT m.status FROM network_membership m WHERE m.user_id = a."user" AND m.structure_id = a.structure
                           ORDER BY m.since DESC LIMIT 1),
                 'action', a.action, 'reason', a.reason) ORDER BY a.seq DESC)
          FROM consent_access a LEFT JOIN network_structure s ON s.id = a.structure WHERE a.dossier = mine));
END $$;

-- 6. Writing: each function checks who acts, writes, and adds its line, or does nothing and returns false.

CREATE FUNCTION consent__agreed(p_dossier uuid, p_act text, p_structure bigint, p_purpose text, p_until date, p_how jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO consent_agreement (dossier_id, at, act, structure_id, purpose, until, how, by_id, language, interpreter, restated, witness)
    SELECT p_dossier, clock_timestamp(), p_act, p_structure, p_purpose, p_until, p_how->>'how', (consent__me()).user_id,
           coalesce(p_how->>'language', ''), coalesce(p_how->>'interpreter', ''), coalesce((p_how->>'restated')::boolean, false),
           coalesce(p_how->>'witness', '')
$$;

CREATE FUNCTION consent__is_a_term(p_until date) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT p_until BETWEEN consent_today() AND (consent_today() + interval '12 months')::date
$$;

-- Asked again with the same identifier, it answers the same and creates nothing more.
CREATE FUNCTION consent_create(p_id uuid, p_number text, p_called text, p_search text, p_until date, p_details jsonb, p_how jsonb)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); known text; BEGIN
    IF me.kind IS DISTINCT FROM 'agent' OR NOT consent__is_a_term(p_until) OR p_how->>'how' NOT IN ('oral', 'papier') THEN RETURN NULL; END IF;
    SELECT number INTO known FROM consent_dossier WHERE id = p_id AND structure_id = me.structure_id;
    IF FOUND THEN RETURN known; END IF;
    INSERT INTO consent_dossier (id, number, structure_id, called, search_name, created_at, kept_until)
    VALUES (p_id, p_number, me.structure_id, p_called, p_search, clock_timestamp(), p_until) ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN RETURN NULL; END IF;
    INSERT INTO consent_detail (dossier_id, contact, birth_year, adults, children, wants, can, project, version)
    VALUES (p_id, coalesce(p_details->>'contact', ''), (p_details->>'birth_year')::int, coalesce((p_details->>'adults')::int, 1),
            coalesce((p_details->>'children')::int, 0), coalesce(p_details->>'wants', ''), '', '', 0);
    PERFORM consent__agreed(p_id, 'garder', me.structure_id, '', p_until, p_how);
    PERFORM consent__log(p_id, 'created');
    RETURN p_number;
END $$;

CREATE FUNCTION consent_add_entry(p_dossier uuid, p_id uuid, p_kind text, p_purpose text, p_text text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); how text := consent__access_to(p_dossier); BEGIN
    IF how IS NULL OR how = 'person' OR (how = 'shared' AND p_purpose <> ALL (consent__purposes(p_dossier, how))) THEN RETURN false; END IF;
    INSERT INTO consent_entry (id, dossier_id, at, kind, purpose, text, by_id, structure_id, remark)
    VALUES (p_id, p_dossier, clock_timestamp(), p_kind, p_purpose, p_text, me.user_id, me.structure_id, '')
        ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN PERFORM consent__log(p_dossier, 'written'); END IF;
    RETURN true;
END $$;

-- The person's own words, by them or under dictation in the structure that holds the dossier. False: newer words are there.
CREATE FUNCTION consent_write_words(p_dossier uuid, p_wants text, p_can text, p_project text, p_version int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE how text := consent__access_to(p_dossier); BEGIN
    IF how IS NULL OR how = 'shared' THEN RETURN NULL; END IF;
    UPDATE consent_detail SET wants = p_wants, can = p_can, project = p_project, version = version + 1
     WHERE dossier_id = p_dossier AND version = p_version;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__log(p_dossier, 'words');
    RETURN true;
END $$;

CREATE FUNCTION consent_remark(p_entry uuid, p_text text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mine uuid := consent_acting_dossier(); BEGIN
    UPDATE consent_entry SET remark = p_text, remark_at = clock_timestamp() WHERE id = p_entry AND dossier_id = mine;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__log(mine, 'remark');
    RETURN true;
END $$;

CREATE FUNCTION consent_share(p_dossier uuid, p_structure bigint, p_purpose text, p_until date, p_how jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE how text := consent__access_to(p_dossier); d consent_dossier; BEGIN
    SELECT * INTO d FROM consent_dossier WHERE id = p_dossier FOR NO KEY UPDATE;
    IF how IS NULL OR how = 'shared' OR NOT consent__is_a_term(p_until) OR d.structure_id = p_structure
       OR d.keep_withdrawn_at IS NOT NULL OR d.kept_until < consent_today() OR (how = 'person') <> (p_how->>'how' = 'en-ligne') THEN RETURN false; END IF;
    PERFORM 1 FROM consent_structureopening o WHERE o.structure_id = p_structure AND o.opens_on <= consent_today()
        AND (o.closed_on IS NULL OR o.closed_on > consent_today());
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO consent_share (dossier_id, structure_id, purpose, until, given_at) VALUES (p_dossier, p_structure, p_purpose, p_until, clock_timestamp())
        ON CONFLICT (dossier_id, structure_id, purpose) WHERE withdrawn_at IS NULL DO UPDATE SET until = excluded.until, given_at = excluded.given_at;
    PERFORM consent__agreed(p_dossier, 'partager', p_structure, p_purpose, p_until, p_how);
    PERFORM consent__log(p_dossier, 'shared');
    RETURN true;
END $$;

CREATE FUNCTION consent_unshare(p_dossier uuid, p_structure bigint, p_how jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE how text := consent__access_to(p_dossier); BEGIN
    IF how IS NULL OR how = 'shared' THEN RETURN false; END IF;
    UPDATE consent_share SET withdrawn_at = clock_timestamp() WHERE dossier_id = p_dossier AND structure_id = p_structure AND withdrawn_at IS NULL;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__agreed(p_dossier, 'partager-fin', p_structure, '', NULL, p_how);
    PERFORM consent__log(p_dossier, 'unshared');
    RETURN true;
END $$;

-- Also when the agreement has ended: the dossier was locked, not lost. Not once it was taken back.
CREATE FUNCTION consent_renew(p_dossier uuid, p_until date, p_how jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); BEGIN
    IF NOT consent__is_a_term(p_until) THEN RETURN false; END IF;
    UPDATE consent_dossier SET kept_until = p_until WHERE id = p_dossier AND keep_withdrawn_at IS NULL
       AND (structure_id = consent_acting_structure() OR id = consent_acting_dossier());
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__agreed(p_dossier, 'garder', (SELECT structure_id FROM consent_dossier WHERE id = p_dossier), '', p_until, p_how);
    PERFORM consent__log(p_dossier, 'renewed');
    RETURN true;
END $$;

CREATE FUNCTION consent_end(p_dossier uuid, p_how jsonb) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE consent_dossier SET keep_withdrawn_at = clock_timestamp() WHERE id = p_dossier AND keep_withdrawn_at IS NULL
       AND (structure_id = consent_acting_structure() OR id = consent_acting_dossier());
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE consent_share SET withdrawn_at = clock_timestamp() WHERE dossier_id = p_dossier AND withdrawn_at IS NULL;
    PERFORM consent__agreed(p_dossier, 'garder-fin', (SELECT structure_id FROM consent_dossier WHERE id = p_dossier), '', NULL, p_how);
    PERFORM consent__log(p_dossier, 'withdrawn');
    RETURN true;
END $$;

-- Number, name and date of the holder's dossiers whose agreement ended: to renew it, nothing else.
CREATE FUNCTION consent_locked(p_number text DEFAULT NULL) RETURNS TABLE (id uuid, number text, called text, kept_until date) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.id, d.number, d.called, d.kept_until FROM consent_dossier d
     WHERE d.structure_id = consent_acting_structure() AND d.keep_withdrawn_at IS NULL AND d.kept_until < consent_today()
       AND (p_number IS NULL OR d.number = p_number)
     ORDER BY d.kept_until DESC, d.id LIMIT 50
$$;

-- 7. Cards.

CREATE FUNCTION consent_make_card(p_dossier uuid, p_number text, p_digest bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); BEGIN
    IF consent__access_to(p_dossier) IS DISTINCT FROM 'holder' THEN RETURN false; END IF;
    UPDATE consent_card SET blocked_at = clock_timestamp() WHERE dossier_id = p_dossier AND blocked_at IS NULL;
    INSERT INTO consent_card (number, dossier_id, digest, made_at, made_by_id) VALUES (p_number, p_dossier, p_digest, clock_timestamp(), me.user_id);
    PERFORM consent__log(p_dossier, 'card');
    RETURN true;
END $$;

CREATE FUNCTION consent_block_card(p_dossier uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF consent__access_to(p_dossier) IS NULL THEN RETURN false; END IF;
    UPDATE consent_card SET blocked_at = clock_timestamp() WHERE dossier_id = p_dossier AND blocked_at IS NULL;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__log(p_dossier, 'blocked');
    RETURN true;
END $$;

-- The dossier that a card opens, or null, whatever is wrong; before anybody is known.
CREATE FUNCTION consent_card_opens(p_number text, p_digest bytea) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT dossier_id FROM consent_card WHERE number = p_number AND digest = p_digest AND blocked_at IS NULL
$$;

-- 8. Questions about a reading.

CREATE FUNCTION consent_ask(p_seq int, p_text text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mine uuid := consent_acting_dossier(); BEGIN
    INSERT INTO consent_question (dossier_id, seq, structure_id, asked_at, text, answer)
    SELECT mine, a.seq, a.structure, clock_timestamp(), p_text, '' FROM consent_access a
     WHERE a.dossier = mine AND a.seq = p_seq AND a.actor = 'agent' ON CONFLICT (dossier_id, seq) DO NOTHING;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__log(mine, 'questioned');
    RETURN true;
END $$;

-- Questions put to the acting structure: what was asked, never the dossier's contents.
CREATE FUNCTION consent_questions() RETURNS TABLE (dossier_id uuid, number text, seq int, asked_at timestamptz, question text, read_at timestamptz, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT q.dossier_id, d.number::text, q.seq, q.asked_at, q.text, a.at, a.reason::text
      FROM consent_question q JOIN consent_dossier d ON d.id = q.dossier_id JOIN consent_access a ON a.dossier = q.dossier_id AND a.seq = q.seq
     WHERE q.structure_id = consent_acting_structure() AND q.answered_at IS NULL ORDER BY q.asked_at
$$;

CREATE FUNCTION consent_answer(p_dossier uuid, p_seq int, p_text text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); BEGIN
    UPDATE consent_question SET answer = p_text, answered_at = clock_timestamp(), answered_by_id = me.user_id
     WHERE dossier_id = p_dossier AND seq = p_seq AND structure_id = consent_acting_structure() AND answered_at IS NULL;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__log(p_dossier, 'answered');
    RETURN true;
END $$;

-- 9. Erasing: within thirty days once the agreement is taken back (run every day from the twenty-ninth). The chain stays, with numbers that name nobody.

CREATE FUNCTION consent_erase_due(p_dry boolean DEFAULT false) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one uuid; n bigint := 0; BEGIN
    FOR one IN SELECT id FROM consent_dossier WHERE keep_withdrawn_at < now() - interval '29 days' ORDER BY id FOR UPDATE LOOP
        n := n + 1;
        CONTINUE WHEN p_dry;
        DELETE FROM consent_question WHERE dossier_id = one;
        DELETE FROM consent_card WHERE dossier_id = one;
        DELETE FROM consent_agreement WHERE dossier_id = one;
        DELETE FROM consent_entry WHERE dossier_id = one;
        DELETE FROM consent_share WHERE dossier_id = one;
        DELETE FROM consent_detail WHERE dossier_id = one;
        DELETE FROM consent_dossier WHERE id = one;
        PERFORM consent__log(one, 'erased');
    END LOOP;
    RETURN n;
END $$;

-- 10. What the owner keeps for itself.

DO $$ DECLARE f record; BEGIN
    FOR f IN SELECT DISTINCT p.oid::regprocedure AS name, g.grantee::regrole AS grantee
               FROM pg_proc p, aclexplode(p.proacl) g
              WHERE p.proname LIKE 'consent\_\_%' AND g.grantee <> p.proowner AND g.grantee <> 0
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s', f.name, f.grantee);
    END LOOP;
    FOR f IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.proname LIKE 'consent\_%' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.name);
    END LOOP;
END $$;
