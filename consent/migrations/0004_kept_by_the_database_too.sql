-- Requests, emergencies, what the person hides, papers, purged lines of the log. Functions of 0002 that change are here whole.

-- 1. Rights of the web role: none on what names somebody; the text of a notice never changes.

DO $$ DECLARE line record; BEGIN
    FOR line IN
        SELECT DISTINCT g.grantee, g.table_name FROM information_schema.role_table_grants g
         WHERE g.table_schema = 'public' AND g.grantee <> current_user AND g.table_name IN (
            'consent_scan', 'consent_emergency', 'consent_hidden', 'consent_request', 'consent_requestpart',
            'consent_helped', 'consent_checkpoint', 'consent_stub', 'consent_notice', 'consent_term')
    LOOP
        IF line.table_name = 'consent_notice' THEN
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON consent_notice FROM %I', line.grantee);
            EXECUTE format('GRANT UPDATE (checked_by, sound, is_offered) ON consent_notice TO %I', line.grantee);
        ELSIF line.table_name = 'consent_term' THEN
            EXECUTE format('REVOKE DELETE, TRUNCATE ON consent_term FROM %I', line.grantee);
        ELSE
            EXECUTE format('REVOKE ALL ON %I FROM %I', line.table_name, line.grantee);
        END IF;
    END LOOP;
END $$;
ALTER TABLE consent_scan ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_emergency ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_hidden ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_requestpart ENABLE ROW LEVEL SECURITY;
CREATE TRIGGER never_text BEFORE UPDATE OF language, version, text, published_at ON consent_notice FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_delete BEFORE DELETE ON consent_notice FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_code BEFORE UPDATE OF list, code ON consent_term FOR EACH ROW
    WHEN (OLD.list IS DISTINCT FROM NEW.list OR OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION never();
CREATE TRIGGER never_row BEFORE UPDATE OR DELETE ON consent_checkpoint FOR EACH ROW
    WHEN (current_setting('consent.purging', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION never();
CREATE TRIGGER never_row BEFORE UPDATE OR DELETE ON consent_stub FOR EACH ROW EXECUTE FUNCTION never();

CREATE FUNCTION consent__is_term(p_list text, p_code text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM consent_term WHERE list = p_list AND code = p_code)
$$;

-- 2. Who keeps dossiers: opened by the CCAS, still open, and no structure of health.

CREATE FUNCTION consent__keeps(p_structure bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM network_structure s
          JOIN consent_structureopening o ON o.structure_id = s.id AND o.opens_on <= consent_today()
               AND (o.closed_on IS NULL OR o.closed_on > consent_today())
          JOIN consent_opening part ON part.opens_on <= consent_today()
         WHERE s.id = p_structure AND NOT s.is_sensitive AND (s.closed_on IS NULL OR s.closed_on > consent_today()))
$$;

CREATE OR REPLACE FUNCTION consent_enter(p_kind text, p_user bigint, p_structure bigint, p_dossier uuid, p_card text, p_expires bigint, p_proof bytea)
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
        PERFORM 1 FROM consent_dossierright r JOIN network_user u ON u.id = r.user_id AND u.is_active
         WHERE r.user_id = p_user AND r.structure_id = p_structure AND r.ended_at IS NULL
           AND consent_today() BETWEEN r.since AND r.until AND consent__keeps(p_structure);
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

-- 3. Emergencies: for one agent, for one hour.

CREATE FUNCTION consent_acting_emergencies() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); BEGIN
    IF me.kind IS DISTINCT FROM 'agent' THEN RETURN '{}'; END IF;
    RETURN ARRAY(SELECT dossier_id FROM consent_emergency WHERE user_id = me.user_id AND structure_id = me.structure_id AND until > now());
END $$;

ALTER POLICY as_agreed ON consent_dossier USING (
    (keep_withdrawn_at IS NULL AND ((kept_until >= (SELECT consent_today()) AND (
        structure_id = (SELECT consent_acting_structure())
        OR EXISTS (SELECT 1 FROM consent_share s
                    WHERE s.dossier_id = consent_dossier.id AND s.structure_id = (SELECT consent_acting_structure())
                      AND s.withdrawn_at IS NULL AND s.until >= (SELECT consent_today()))))
        OR id = ANY ((SELECT consent_acting_emergencies())::uuid[])))
    OR id = (SELECT consent_acting_dossier()));

-- « holder », « shared », « emergency » (reads, writes nothing), « person », or null.
CREATE OR REPLACE FUNCTION consent__access_to(p_dossier uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); d consent_dossier; BEGIN
    SELECT * INTO d FROM consent_dossier WHERE id = p_dossier;
    IF NOT FOUND OR me.kind IS NULL THEN RETURN NULL; END IF;
    IF me.kind = 'person' THEN RETURN CASE WHEN me.dossier_id = d.id THEN 'person' END; END IF;
    IF d.keep_withdrawn_at IS NOT NULL THEN RETURN NULL; END IF;
    IF d.kept_until >= consent_today() THEN
        IF d.structure_id = me.structure_id THEN RETURN 'holder'; END IF;
        PERFORM 1 FROM consent_share s WHERE s.dossier_id = d.id AND s.structure_id = me.structure_id
            AND s.withdrawn_at IS NULL AND s.until >= consent_today();
        IF FOUND THEN RETURN 'shared'; END IF;
    END IF;
    RETURN CASE WHEN d.id = ANY (consent_acting_emergencies()) THEN 'emergency' END;
END $$;

-- A change of rights and a reading wait for each other: what may be read is decided once the line's place is held.
CREATE FUNCTION consent__hold(p_dossier uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 1 FROM consent_accesshead WHERE dossier = p_dossier FOR UPDATE
$$;

-- By its number only: nobody is looked for. Five a day at most for one account. Null: no such dossier, or no need of it.
-- Asked again while it is open, it is the same opening.
CREATE FUNCTION consent_open_in_emergency(p_number text, p_why text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); found uuid; BEGIN
    IF me.kind IS DISTINCT FROM 'agent' OR length(p_why) < 20 THEN RETURN NULL; END IF;
    SELECT id INTO found FROM consent_dossier WHERE number = p_number AND keep_withdrawn_at IS NULL AND structure_id <> me.structure_id;
    IF found IS NULL THEN RETURN NULL; END IF;
    PERFORM consent__hold(found);
    IF consent__access_to(found) = 'emergency' THEN RETURN found; END IF;
    PERFORM 1 FROM network_user WHERE id = me.user_id FOR NO KEY UPDATE;  -- its openings are counted one at a time
    IF consent__access_to(found) IS NOT NULL
       OR (SELECT count(*) FROM consent_emergency WHERE user_id = me.user_id AND at > now() - interval '1 day') >= 5 THEN
        RETURN NULL;
    END IF;
    INSERT INTO consent_emergency (dossier_id, at, until, user_id, structure_id, why, review)
    VALUES (found, now(), now() + interval '1 hour', me.user_id, me.structure_id, p_why, '');
    PERFORM consent__log(found, 'emergency', 'danger');
    RETURN found;
END $$;

-- Those of the dossiers that the acting structure holds, not yet read over; never by who opened it.
CREATE FUNCTION consent_emergencies() RETURNS TABLE (id bigint, number text, at timestamptz, structure text, by text, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, d.number::text, e.at, s.name::text, u.full_name::text, e.why
      FROM consent_emergency e JOIN consent_dossier d ON d.id = e.dossier_id JOIN network_structure s ON s.id = e.structure_id
      JOIN network_user u ON u.id = e.user_id
     WHERE d.structure_id = consent_acting_structure() AND e.reviewed_at IS NULL AND e.user_id <> (consent__me()).user_id ORDER BY e.at
$$;

CREATE FUNCTION consent_review(p_id bigint, p_text text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); about uuid; BEGIN
    UPDATE consent_emergency e SET review = p_text, reviewed_at = now(), reviewed_by_id = me.user_id
      FROM consent_dossier d WHERE e.id = p_id AND d.id = e.dossier_id AND d.structure_id = consent_acting_structure()
       AND e.reviewed_at IS NULL AND e.user_id <> me.user_id RETURNING d.id INTO about;
    IF about IS NULL THEN RETURN false; END IF;
    PERFORM consent__log(about, 'reviewed');
    RETURN true;
END $$;

-- 4. Contents, as before, with each structure's and each agreement's identifier, the notice read and whether there is a paper.

CREATE OR REPLACE FUNCTION consent__contents(p_dossier uuid, p_for text[]) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'id', d.id, 'number', d.number, 'called', d.called, 'structure_id', d.structure_id, 'structure', s.name,
        'created_at', d.created_at, 'kept_until', d.kept_until, 'keep_withdrawn_at', d.keep_withdrawn_at,
        'contact', t.contact, 'birth_year', t.birth_year, 'adults', t.adults, 'children', t.children,
        'wants', t.wants, 'can', t.can, 'project', t.project, 'version', t.version,
        'entries', coalesce((SELECT jsonb_agg(jsonb_build_object('id', e.id, 'at', e.at, 'kind', e.kind, 'purpose', e.purpose, 'text', e.text,
                'structure_id', e.structure_id, 'structure', es.name, 'remark', e.remark, 'remark_at', e.remark_at) ORDER BY e.at DESC, e.id DESC)
              FROM consent_entry e JOIN network_structure es ON es.id = e.structure_id
             WHERE e.dossier_id = d.id AND (p_for IS NULL OR e.purpose = ANY (p_for))), '[]'),
        'shares', coalesce((SELECT jsonb_agg(jsonb_build_object('structure_id', x.structure_id, 'structure', xs.name,
                'purpose', x.purpose, 'until', x.until, 'given_at', x.given_at) ORDER BY xs.name, x.purpose)
              FROM consent_share x JOIN network_structure xs ON xs.id = x.structure_id
             WHERE x.dossier_id = d.id AND x.withdrawn_at IS NULL AND x.until >= consent_today()
               AND (p_for IS NULL OR x.structure_id = consent_acting_structure())), '[]'),
        'agreements', coalesce((SELECT jsonb_agg(jsonb_build_object('id', g.id, 'at', g.at, 'act', g.act, 'structure_id', g.structure_id,
                'structure', gs.name, 'purpose', g.purpose, 'until', g.until, 'how', g.how, 'language', g.language,
                'interpreter', g.interpreter, 'restated', g.restated, 'witness', g.witness,
                'notice', n.language, 'notice_version', n.version, 'has_scan', sc.agreement_id IS NOT NULL) ORDER BY g.at DESC, g.id DESC)
              FROM consent_agreement g JOIN network_structure gs ON gs.id = g.structure_id
              LEFT JOIN consent_notice n ON n.id = g.notice_id LEFT JOIN consent_scan sc ON sc.agreement_id = g.id
             WHERE g.dossier_id = d.id AND p_for IS NULL), '[]'),
        'card', (SELECT jsonb_build_object('number', c.number, 'made_at', c.made_at) FROM consent_card c
                  WHERE c.dossier_id = d.id AND c.blocked_at IS NULL AND p_for IS NULL),
        'questions', coalesce((SELECT jsonb_agg(jsonb_build_object('seq', q.seq, 'structure_id', q.structure_id, 'structure', qs.name,
                'asked_at', q.asked_at, 'text', q.text, 'answer', q.answer, 'answered_at', q.answered_at) ORDER BY q.seq)
              FROM consent_question q JOIN network_structure qs ON qs.id = q.structure_id
             WHERE q.dossier_id = d.id AND p_for IS NULL), '[]'),
        'has_hidden', p_for IS NULL AND EXISTS (SELECT 1 FROM consent_hidden h WHERE h.dossier_id = d.id))
      FROM consent_dossier d JOIN consent_detail t ON t.dossier_id = d.id JOIN network_structure s ON s.id = d.structure_id
     WHERE d.id = p_dossier
$$;

-- In an emergency: what is written, for whatever purpose, and nothing of agreements.
CREATE OR REPLACE FUNCTION consent__purposes(p_dossier uuid, p_how text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE p_how
        WHEN 'shared' THEN (
            SELECT coalesce(array_agg(purpose::text), '{}') FROM consent_share WHERE dossier_id = p_dossier AND structure_id = consent_acting_structure()
               AND withdrawn_at IS NULL AND until >= consent_today())
        WHEN 'emergency' THEN ARRAY(SELECT DISTINCT purpose::text FROM consent_entry WHERE dossier_id = p_dossier) END
$$;

CREATE OR REPLACE FUNCTION consent_open(p_dossier uuid, p_reason text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); how text; BEGIN
    IF me.kind IS DISTINCT FROM 'agent' OR NOT consent__is_term('motif', p_reason) THEN
        RETURN NULL;
    END IF;
    PERFORM consent__hold(p_dossier);
    how := consent__access_to(p_dossier);
    IF how IS NULL THEN
        PERFORM 1 FROM consent_dossier WHERE id = p_dossier;
        IF FOUND THEN PERFORM consent__log(p_dossier, 'refused', p_reason); END IF;
        RETURN NULL;
    END IF;
    PERFORM consent__log(p_dossier, 'read', CASE how WHEN 'emergency' THEN 'danger' ELSE p_reason END);
    RETURN consent__contents(p_dossier, consent__purposes(p_dossier, how)) || jsonb_build_object('access', how);
END $$;

-- The paper of an agreement, for the holder and the person: read, hence logged. An agent's attempt too.
CREATE FUNCTION consent_paper(p_agreement bigint, p_reason text) RETURNS TABLE (kind text, content bytea) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE about uuid; how text; is_hidden boolean; BEGIN
    SELECT g.dossier_id INTO about FROM consent_agreement g JOIN consent_scan s ON s.agreement_id = g.id WHERE g.id = p_agreement;
    IF about IS NULL OR NOT (p_reason = '' OR consent__is_term('motif', p_reason)) THEN RETURN; END IF;
    PERFORM consent__hold(about);
    how := coalesce(consent__access_to(about), '');
    is_hidden := EXISTS (SELECT 1 FROM consent_agreement g JOIN consent_hidden h ON h.dossier_id = about AND h.structure_id = g.structure_id WHERE g.id = p_agreement);
    IF how = 'holder' OR (how = 'person' AND NOT is_hidden) THEN
        PERFORM consent__log(about, 'read', p_reason);
        RETURN QUERY SELECT s.kind::text, s.content FROM consent_scan s WHERE s.agreement_id = p_agreement;
    ELSIF how = '' AND (consent__me()).kind = 'agent' THEN
        PERFORM consent__log(about, 'refused', p_reason);
    END IF;
END $$;

-- 5. The person's own: without what they hid from the screen, with emergencies and the chain's last mark.

CREATE OR REPLACE FUNCTION consent_own(p_action text DEFAULT 'read') RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine uuid := consent_acting_dossier();
    out_structures bigint[];
    out_entries uuid[];
    own jsonb;
BEGIN
    IF mine IS NULL OR p_action NOT IN ('read', 'entered', 'exported') THEN RETURN NULL; END IF;
    PERFORM consent__log(mine, p_action);
    SELECT coalesce(array_agg(structure_id) FILTER (WHERE structure_id IS NOT NULL), '{}'),
           coalesce(array_agg(entry_id) FILTER (WHERE entry_id IS NOT NULL), '{}') INTO out_structures, out_entries
      FROM consent_hidden WHERE dossier_id = mine;
    own := consent__contents(mine, NULL) - 'has_hidden';
    IF (own->>'structure_id')::bigint = ANY (out_structures) THEN own := own || '{"structure": null, "structure_id": null}'; END IF;
    own := own || jsonb_build_object(
        'entries', consent__without(own->'entries', out_structures, out_entries),
        'shares', consent__without(own->'shares', out_structures, out_entries),
        'agreements', consent__without(own->'agreements', out_structures, out_entries),
        'questions', (SELECT coalesce(jsonb_agg(CASE WHEN (q->>'structure_id')::bigint = ANY (out_structures)
                 THEN q || '{"structure": null, "structure_id": null}' ELSE q END ORDER BY n), '[]')
          FROM jsonb_array_elements(own->'questions') WITH ORDINALITY x(q, n)),
        'emergencies', consent__without(coalesce((
            SELECT jsonb_agg(jsonb_build_object('at', e.at, 'structure_id', s.id, 'structure', s.name, 'why', e.why,
                     'review', e.review, 'reviewed_at', e.reviewed_at) ORDER BY e.at DESC)
              FROM consent_emergency e JOIN network_structure s ON s.id = e.structure_id WHERE e.dossier_id = mine), '[]'), out_structures, out_entries),
        'accesses', (
            SELECT jsonb_agg(jsonb_build_object('seq', a.seq, 'at', a.at, 'actor', a.actor,
                     'structure_id', CASE WHEN s.id <> ALL (out_structures) THEN s.id END,
                     'structure', CASE WHEN s.id <> ALL (out_structures) THEN s.name END,
                     'role', CASE WHEN s.id <> ALL (out_structures) THEN (
                         SELECT m.status FROM network_membership m WHERE m.user_id = a."user" AND m.structure_id = a.structure
                          ORDER BY m.since DESC LIMIT 1) END,
                     'action', a.action, 'reason', a.reason) ORDER BY a.seq DESC)
              FROM consent_access a LEFT JOIN network_structure s ON s.id = a.structure WHERE a.dossier = mine),
        'purged_until', (SELECT c.seq FROM consent_checkpoint c WHERE c.dossier = mine),
        'mark', (SELECT jsonb_build_object('seq', h.seq, 'hash', encode(h.hash, 'hex')) FROM consent_accesshead h WHERE h.dossier = mine));
    RETURN own;
END $$;

CREATE FUNCTION consent__without(p_lines jsonb, p_structures bigint[], p_entries uuid[]) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(line ORDER BY n), '[]') FROM jsonb_array_elements(p_lines) WITH ORDINALITY x(line, n)
     WHERE coalesce((line->>'structure_id')::bigint <> ALL (p_structures), true)
       AND NOT (line ? 'text' AND line ? 'id' AND (line->>'id')::uuid = ANY (p_entries))
$$;

-- No line of the log: it would tell whoever looks at the screen that something is hidden.
CREATE FUNCTION consent_hide(p_structure bigint, p_entry uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mine uuid := consent_acting_dossier(); BEGIN
    IF mine IS NULL OR (p_structure IS NULL) = (p_entry IS NULL) THEN RETURN false; END IF;
    PERFORM 1 FROM consent_entry WHERE dossier_id = mine AND id = p_entry
      UNION ALL SELECT 1 FROM consent_dossier WHERE id = mine AND structure_id = p_structure
      UNION ALL SELECT 1 FROM consent_share WHERE dossier_id = mine AND structure_id = p_structure
      UNION ALL SELECT 1 FROM consent_access WHERE dossier = mine AND structure = p_structure;
    IF NOT FOUND THEN RETURN false; END IF;
    INSERT INTO consent_hidden (dossier_id, structure_id, entry_id) VALUES (mine, p_structure, p_entry) ON CONFLICT DO NOTHING;
    RETURN true;
END $$;

-- In the structure that holds the dossier, with the person there: whoever took their card may not undo it.
CREATE FUNCTION consent_show_all(p_dossier uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF consent__access_to(p_dossier) IS DISTINCT FROM 'holder' THEN RETURN false; END IF;
    DELETE FROM consent_hidden WHERE dossier_id = p_dossier;
    RETURN FOUND;
END $$;

-- 6. Writing, as before; an emergency writes nothing, a structure of health receives nothing, purposes are those of the list,
-- an agent does not say that the person agreed online, nor the person that they said it to somebody.

CREATE FUNCTION consent__is_said(p_how jsonb) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(CASE (consent__me()).kind WHEN 'agent' THEN p_how->>'how' IN ('oral', 'papier') WHEN 'person' THEN p_how->>'how' = 'en-ligne' END, false)
$$;

CREATE OR REPLACE FUNCTION consent__agreed(p_dossier uuid, p_act text, p_structure bigint, p_purpose text, p_until date, p_how jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE written bigint; BEGIN
    INSERT INTO consent_agreement (dossier_id, at, act, structure_id, purpose, until, how, by_id, language, interpreter, restated, witness, notice_id)
    SELECT p_dossier, clock_timestamp(), p_act, p_structure, p_purpose, p_until, p_how->>'how', (consent__me()).user_id,
           coalesce(p_how->>'language', ''), coalesce(p_how->>'interpreter', ''), coalesce((p_how->>'restated')::boolean, false),
           coalesce(p_how->>'witness', ''), (p_how->>'notice')::bigint
    RETURNING id INTO written;
    IF p_how ? 'scan' THEN
        INSERT INTO consent_scan (agreement_id, kind, content) VALUES (written, p_how->>'scan_kind', decode(p_how->>'scan', 'base64'));
    END IF;
END $$;

-- A second click: the same yes, of the same person, noted by the same account a moment before.
CREATE FUNCTION consent__just_agreed(p_dossier uuid, p_act text, p_structure bigint, p_purpose text, p_until date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM consent_agreement g WHERE g.dossier_id = p_dossier AND g.act = p_act AND g.structure_id = p_structure AND g.purpose = p_purpose
                      AND g.until = p_until AND g.by_id IS NOT DISTINCT FROM (consent__me()).user_id AND g.at > clock_timestamp() - interval '30 seconds'
                      AND NOT EXISTS (SELECT 1 FROM consent_agreement later WHERE later.dossier_id = p_dossier AND later.id > g.id))
$$;

-- Sent twice, it is one dossier; an empty text: another dossier was opened under that identifier. Null: it may not be.
CREATE OR REPLACE FUNCTION consent_create(p_id uuid, p_number text, p_called text, p_search text, p_until date, p_details jsonb, p_how jsonb)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); known consent_dossier; words text; BEGIN
    IF me.kind IS DISTINCT FROM 'agent' OR NOT consent__is_a_term(p_until) OR NOT consent__is_said(p_how) THEN RETURN NULL; END IF;
    SELECT * INTO known FROM consent_dossier WHERE id = p_id AND structure_id = me.structure_id;
    IF FOUND THEN
        SELECT wants INTO words FROM consent_detail WHERE dossier_id = p_id;
        RETURN CASE WHEN known.called = p_called AND words = coalesce(p_details->>'wants', '') THEN known.number ELSE '' END;
    END IF;
    PERFORM 1 FROM consent_accesshead WHERE dossier = p_id;  -- somebody's once: a log is never taken up again
    IF FOUND THEN RETURN NULL; END IF;
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

-- Sent twice, it is one line; null: another text was kept under that identifier.
CREATE OR REPLACE FUNCTION consent_add_entry(p_dossier uuid, p_id uuid, p_kind text, p_purpose text, p_text text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me consent__identity := consent__me(); how text; BEGIN
    PERFORM consent__hold(p_dossier);
    how := consent__access_to(p_dossier);
    IF coalesce(how, '') NOT IN ('holder', 'shared') OR NOT consent__is_term('besoin', p_purpose) OR NOT consent__is_term('donnee', p_kind)
       OR (how = 'shared' AND p_purpose <> ALL (consent__purposes(p_dossier, how))) THEN RETURN false; END IF;
    INSERT INTO consent_entry (id, dossier_id, at, kind, purpose, text, by_id, structure_id, remark)
    VALUES (p_id, p_dossier, clock_timestamp(), p_kind, p_purpose, p_text, me.user_id, me.structure_id, '')
        ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN PERFORM consent__log(p_dossier, 'written'); RETURN true; END IF;
    PERFORM 1 FROM consent_entry WHERE id = p_id AND dossier_id = p_dossier AND text = p_text;
    RETURN CASE WHEN FOUND THEN true END;
END $$;

CREATE OR REPLACE FUNCTION consent_write_words(p_dossier uuid, p_wants text, p_can text, p_project text, p_version int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM consent__hold(p_dossier);
    IF coalesce(consent__access_to(p_dossier), '') NOT IN ('holder', 'person') THEN RETURN NULL; END IF;
    UPDATE consent_detail SET wants = p_wants, can = p_can, project = p_project, version = version + 1
     WHERE dossier_id = p_dossier AND version = p_version;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__log(p_dossier, 'words');
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION consent_share(p_dossier uuid, p_structure bigint, p_purpose text, p_until date, p_how jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE how text; d consent_dossier; BEGIN
    PERFORM consent__hold(p_dossier);
    how := consent__access_to(p_dossier);
    SELECT * INTO d FROM consent_dossier WHERE id = p_dossier FOR NO KEY UPDATE;
    IF coalesce(how, '') NOT IN ('holder', 'person') OR NOT consent__is_a_term(p_until) OR d.structure_id = p_structure
       OR d.keep_withdrawn_at IS NOT NULL OR d.kept_until < consent_today() OR NOT consent__is_said(p_how)
       OR NOT consent__keeps(p_structure) OR NOT consent__is_term('besoin', p_purpose) THEN RETURN false; END IF;
    IF consent__just_agreed(p_dossier, 'partager', p_structure, p_purpose, p_until) THEN RETURN true; END IF;
    INSERT INTO consent_share (dossier_id, structure_id, purpose, until, given_at) VALUES (p_dossier, p_structure, p_purpose, p_until, clock_timestamp())
        ON CONFLICT (dossier_id, structure_id, purpose) WHERE withdrawn_at IS NULL DO UPDATE SET until = excluded.until, given_at = excluded.given_at;
    PERFORM consent__agreed(p_dossier, 'partager', p_structure, p_purpose, p_until, p_how);
    PERFORM consent__log(p_dossier, 'shared');
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION consent_unshare(p_dossier uuid, p_structure bigint, p_how jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM consent__hold(p_dossier);
    IF coalesce(consent__access_to(p_dossier), '') NOT IN ('holder', 'person') OR NOT consent__is_said(p_how) THEN RETURN false; END IF;
    UPDATE consent_share SET withdrawn_at = clock_timestamp() WHERE dossier_id = p_dossier AND structure_id = p_structure AND withdrawn_at IS NULL;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__agreed(p_dossier, 'partager-fin', p_structure, '', NULL, p_how);
    PERFORM consent__log(p_dossier, 'unshared');
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION consent_renew(p_dossier uuid, p_until date, p_how jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT consent__is_a_term(p_until) OR NOT consent__is_said(p_how) THEN RETURN false; END IF;
    PERFORM consent__hold(p_dossier);
    PERFORM 1 FROM consent_dossier WHERE id = p_dossier AND kept_until = p_until;
    IF FOUND AND consent__just_agreed(p_dossier, 'garder', coalesce(consent_acting_structure(), 0), '', p_until) THEN RETURN true; END IF;
    UPDATE consent_dossier SET kept_until = p_until WHERE id = p_dossier AND keep_withdrawn_at IS NULL
       AND (structure_id = consent_acting_structure() OR id = consent_acting_dossier());
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__agreed(p_dossier, 'garder', (SELECT structure_id FROM consent_dossier WHERE id = p_dossier), '', p_until, p_how);
    PERFORM consent__log(p_dossier, 'renewed');
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION consent_end(p_dossier uuid, p_how jsonb) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT consent__is_said(p_how) THEN RETURN false; END IF;
    PERFORM consent__hold(p_dossier);
    UPDATE consent_dossier SET keep_withdrawn_at = clock_timestamp() WHERE id = p_dossier AND keep_withdrawn_at IS NULL
       AND (structure_id = consent_acting_structure() OR id = consent_acting_dossier());
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE consent_share SET withdrawn_at = clock_timestamp() WHERE dossier_id = p_dossier AND withdrawn_at IS NULL;
    PERFORM consent__agreed(p_dossier, 'garder-fin', (SELECT structure_id FROM consent_dossier WHERE id = p_dossier), '', NULL, p_how);
    PERFORM consent__log(p_dossier, 'withdrawn');
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION consent_block_card(p_dossier uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(consent__access_to(p_dossier), '') NOT IN ('holder', 'shared') THEN RETURN false; END IF;
    UPDATE consent_card SET blocked_at = clock_timestamp() WHERE dossier_id = p_dossier AND blocked_at IS NULL;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM consent__log(p_dossier, 'blocked');
    RETURN true;
END $$;

-- People helped who did not want a dossier: a number for a month.
CREATE FUNCTION consent_count_help() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mine bigint := consent_acting_structure(); BEGIN
    IF mine IS NULL THEN RETURN false; END IF;
    INSERT INTO consent_helped AS h (structure_id, month, people) VALUES (mine, date_trunc('month', consent_today())::date, 1)
        ON CONFLICT (structure_id, month) DO UPDATE SET people = h.people + 1;
    RETURN true;
END $$;
CREATE FUNCTION consent_helped_this_month() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT people FROM consent_helped WHERE structure_id = consent_acting_structure() AND month = date_trunc('month', consent_today())::date), 0)
$$;

-- 7. Asking for one's file without a card. No dossier is looked at: nothing depends on whether there is one.

-- Sent again with the same identifier: the same request, with the last words.
CREATE FUNCTION consent_request(p_id uuid, p_number text, p_digest bytea, p_called text, p_reach text, p_reach_at text, p_structures bigint[])
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE known text; BEGIN
    IF NOT EXISTS (SELECT 1 FROM unnest(p_structures) s WHERE consent__keeps(s)) THEN RETURN NULL; END IF;
    UPDATE consent_request SET called = p_called, reach = p_reach, reach_at = p_reach_at WHERE id = p_id AND digest = p_digest RETURNING number INTO known;
    IF known IS NULL THEN
        INSERT INTO consent_request (id, number, digest, asked_at, called, reach, reach_at)
        VALUES (p_id, p_number, p_digest, clock_timestamp(), p_called, p_reach, p_reach_at) RETURNING number INTO known;
    END IF;
    INSERT INTO consent_requestpart (request_id, structure_id, due, outcome, check_made)
    SELECT p_id, s, (consent_today() + interval '1 month')::date, '', '' FROM unnest(p_structures) s WHERE consent__keeps(s)
        ON CONFLICT DO NOTHING;
    RETURN known;
END $$;

-- For whoever holds the receipt: where each structure is, never what it answered.
CREATE FUNCTION consent_request_state(p_number text, p_digest bytea) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('asked_at', r.asked_at, 'parts', (
        SELECT jsonb_agg(jsonb_build_object('structure_id', s.id, 'structure', s.name, 'phone', s.phone, 'due_on', p.due,
                 'ready_at', p.ready_at, 'is_answered', p.answered_at IS NOT NULL) ORDER BY s.name)
          FROM consent_requestpart p JOIN network_structure s ON s.id = p.structure_id WHERE p.request_id = r.id))
      FROM consent_request r WHERE r.number = p_number AND r.digest = p_digest
$$;

-- Those put to the acting structure: to answer first, the oldest first, then the answered ones of the last thirty days; or one, by its key or
-- its receipt's number.
CREATE FUNCTION consent_requests(p_part bigint DEFAULT NULL, p_number text DEFAULT NULL) RETURNS TABLE (id bigint, number text, asked_at timestamptz, due date, called text, reach text, reach_at text,
    ready_at timestamptz, answered_at timestamptz, outcome text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, r.number::text, r.asked_at, p.due, r.called::text, r.reach::text, r.reach_at::text, p.ready_at, p.answered_at, p.outcome::text
      FROM consent_requestpart p JOIN consent_request r ON r.id = p.request_id
     WHERE p.structure_id = consent_acting_structure() AND (p_part IS NULL OR p.id = p_part) AND (p_number IS NULL OR r.number = p_number)
       AND (p.answered_at IS NULL OR p_part IS NOT NULL OR p.answered_at > now() - interval '30 days')
     ORDER BY p.answered_at IS NOT NULL, p.due, p.id LIMIT 200
$$;

CREATE FUNCTION consent_request_ready(p_id bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE consent_requestpart SET ready_at = now(), by_id = (consent__me()).user_id
     WHERE id = p_id AND structure_id = consent_acting_structure() AND ready_at IS NULL;
    RETURN FOUND;
END $$;

-- A doubt about who asks is noted, and the request stays open.
CREATE FUNCTION consent_request_answer(p_id bigint, p_outcome text, p_check text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE consent_requestpart SET ready_at = coalesce(ready_at, now()), answered_at = CASE WHEN p_outcome <> 'doute' THEN now() END,
           outcome = p_outcome, check_made = p_check, by_id = (consent__me()).user_id
     WHERE id = p_id AND structure_id = consent_acting_structure() AND answered_at IS NULL;
    RETURN FOUND;
END $$;

-- Numbers for each structure, never a name: what awaits it, and for the CCAS how long answers take.
CREATE FUNCTION consent_figures() RETURNS TABLE (structure_id bigint, requests int, soon int, late int, due date, answered int, median_days int, questions int, emergencies int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, coalesce(r.waiting, 0)::int, coalesce(r.soon, 0)::int, coalesce(r.late, 0)::int, r.due, coalesce(r.answered, 0)::int, r.median_days::int,
           coalesce(q.waiting, 0)::int, coalesce(e.waiting, 0)::int
      FROM consent_structureopening o JOIN network_structure s ON s.id = o.structure_id
      LEFT JOIN (SELECT p.structure_id, count(*) FILTER (WHERE p.answered_at IS NULL) AS waiting,
                        count(*) FILTER (WHERE p.answered_at IS NULL AND p.due BETWEEN consent_today() AND consent_today() + 7) AS soon,
                        count(*) FILTER (WHERE p.answered_at IS NULL AND p.due < consent_today()) AS late,
                        min(p.due) FILTER (WHERE p.answered_at IS NULL) AS due, count(*) FILTER (WHERE p.answered_at IS NOT NULL) AS answered,
                        percentile_disc(0.5) WITHIN GROUP (ORDER BY consent_day(p.answered_at) - consent_day(a.asked_at)) AS median_days
                   FROM consent_requestpart p JOIN consent_request a ON a.id = p.request_id GROUP BY p.structure_id) r ON r.structure_id = s.id
      LEFT JOIN (SELECT x.structure_id, count(*) AS waiting FROM consent_question x WHERE x.answered_at IS NULL GROUP BY x.structure_id) q ON q.structure_id = s.id
      LEFT JOIN (SELECT d.structure_id, count(*) AS waiting FROM consent_emergency y JOIN consent_dossier d ON d.id = y.dossier_id
                  WHERE y.reviewed_at IS NULL GROUP BY d.structure_id) e ON e.structure_id = s.id
$$;

-- 8. Erasing, as before, with what is new; a request leaves six months after its last answer, thirteen months after it was made.

CREATE OR REPLACE FUNCTION consent_erase_due(p_dry boolean DEFAULT false) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one uuid; n bigint := 0; BEGIN
    FOR one IN SELECT id FROM consent_dossier WHERE keep_withdrawn_at < now() - interval '29 days' ORDER BY id FOR UPDATE LOOP
        n := n + 1;
        CONTINUE WHEN p_dry;
        DELETE FROM consent_question WHERE dossier_id = one;
        DELETE FROM consent_card WHERE dossier_id = one;
        DELETE FROM consent_emergency WHERE dossier_id = one;
        DELETE FROM consent_hidden WHERE dossier_id = one;
        DELETE FROM consent_scan WHERE agreement_id IN (SELECT id FROM consent_agreement WHERE dossier_id = one);
        DELETE FROM consent_agreement WHERE dossier_id = one;
        DELETE FROM consent_entry WHERE dossier_id = one;
        DELETE FROM consent_share WHERE dossier_id = one;
        DELETE FROM consent_detail WHERE dossier_id = one;
        DELETE FROM consent_dossier WHERE id = one;
        PERFORM consent__log(one, 'erased');
    END LOOP;
    RETURN n;
END $$;

CREATE FUNCTION consent_forget_requests(p_dry boolean DEFAULT false) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE leaving uuid[]; BEGIN
    SELECT coalesce(array_agg(r.id), '{}') INTO leaving FROM consent_request r
     WHERE r.asked_at < now() - interval '13 months' OR NOT EXISTS (
        SELECT 1 FROM consent_requestpart p WHERE p.request_id = r.id AND (p.answered_at IS NULL OR p.answered_at > now() - interval '6 months'));
    IF NOT p_dry THEN
        DELETE FROM consent_requestpart WHERE request_id = ANY (leaving);
        DELETE FROM consent_request WHERE id = ANY (leaving);
    END IF;
    RETURN cardinality(leaving);
END $$;

-- 9. Lines are numbered by transaction, so that only those of finished ones are sealed. Another server counts its transactions from further back:
-- after a restore the owner calls consent__after_restore(), and the count goes on from where it was.

CREATE TABLE consent__shift (id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), ahead bigint NOT NULL);
INSERT INTO consent__shift (ahead) VALUES (0);
DO $$ DECLARE g text; BEGIN
    FOR g IN SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_name = 'consent__shift' AND grantee <> current_user LOOP
        EXECUTE format('REVOKE ALL ON consent__shift FROM %I', g);
    END LOOP;
END $$;

-- Seals hold their moment from now on. Those made before are checked with the rules of before, then made again: a broken log stays broken.
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM consent_verify()) THEN
        RAISE EXCEPTION 'le journal des dossiers est rompu : lancez verify_access_log avec la version d’avant';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION consent__chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before bytea; BEGIN
    NEW.txid := pg_current_xact_id()::text::bigint + (SELECT ahead FROM consent__shift);
    INSERT INTO consent_accesshead AS h VALUES (NEW.dossier, 1, '\x00')
        ON CONFLICT (dossier) DO UPDATE SET seq = h.seq + 1 RETURNING h.seq, h.hash INTO NEW.seq, before;
    NEW.at := clock_timestamp();  -- once its place is held: numbers and moments go together
    NEW.hash := sha256(before || consent__line(NEW));
    UPDATE consent_accesshead SET hash = NEW.hash WHERE dossier = NEW.dossier;
    RETURN NEW;
END $$;

CREATE FUNCTION consent__seal_hash(s consent_seal, p_before bytea) RETURNS bytea LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT sha256(coalesce(p_before, '\x00'::bytea) || s.root
        || consent__canon(s.number::text, s.from_tx::text, s.to_tx::text, s.lines::text, extract(epoch FROM s.at)::text))
$$;
ALTER TABLE consent_seal DISABLE TRIGGER never_row;
DO $$ DECLARE s consent_seal; before bytea; BEGIN
    FOR s IN SELECT * FROM consent_seal ORDER BY number LOOP
        before := consent__seal_hash(s, before);
        UPDATE consent_seal SET hash = before WHERE number = s.number;
    END LOOP;
END $$;
ALTER TABLE consent_seal ENABLE ALWAYS TRIGGER never_row;

CREATE OR REPLACE FUNCTION consent_seal_now() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last consent_seal; new consent_seal; BEGIN
    PERFORM pg_advisory_xact_lock(7351);
    SELECT * INTO last FROM consent_seal ORDER BY number DESC LIMIT 1;
    new.number := coalesce(last.number, 0) + 1;
    new.from_tx := coalesce(last.to_tx, 0);
    new.to_tx := pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (SELECT ahead FROM consent__shift);  -- only transactions that are over
    SELECT count(*), sha256(coalesce(string_agg(hash, ''::bytea ORDER BY txid, id), ''::bytea)) INTO new.lines, new.root
      FROM consent_access WHERE txid >= new.from_tx AND txid < new.to_tx;
    IF new.lines > 0 THEN
        new.at := clock_timestamp();
        new.hash := consent__seal_hash(new, last.hash);
        INSERT INTO consent_seal SELECT new.*;
    END IF;
    RETURN new.lines;
END $$;

CREATE FUNCTION consent__after_restore() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE consent__shift SET ahead = greatest(ahead, 1 + greatest(
        (SELECT max(txid) FROM consent_access), (SELECT max(to_tx) FROM consent_seal), 0) - pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
$$;

SELECT consent__after_restore();  -- a backup of before may just have been put back on another server

-- 10. Old lines of the log leave for a stub, which keeps their seal provable, and a checkpoint, where the chain begins again:
-- three years after they were written, or one year after the dossier was erased.

CREATE FUNCTION consent__purged_only() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM consent_stub s WHERE s.id = OLD.id AND s.txid = OLD.txid AND s.hash = OLD.hash;
    IF NOT FOUND OR OLD.at > now() - interval '1 year' THEN
        RAISE EXCEPTION 'le journal ne se modifie pas' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER never_row ON consent_access;
CREATE TRIGGER never_row BEFORE UPDATE ON consent_access FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER purged_only BEFORE DELETE ON consent_access FOR EACH ROW EXECUTE FUNCTION consent__purged_only();
ALTER TABLE consent_access ENABLE ALWAYS TRIGGER never_row;
ALTER TABLE consent_access ENABLE ALWAYS TRIGGER purged_only;
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON consent_stub FOR EACH STATEMENT EXECUTE FUNCTION never();
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON consent_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION never();
ALTER TABLE consent_stub ENABLE ALWAYS TRIGGER never_row;
ALTER TABLE consent_stub ENABLE ALWAYS TRIGGER never_truncate;
ALTER TABLE consent_checkpoint ENABLE ALWAYS TRIGGER never_row;
ALTER TABLE consent_checkpoint ENABLE ALWAYS TRIGGER never_truncate;

-- Sealed lines only, the first ones of each chain. Returns how many leave.
CREATE FUNCTION consent_purge_log(p_dry boolean DEFAULT false) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n bigint; sealed bigint := coalesce((SELECT max(to_tx) FROM consent_seal WHERE at < now() - interval '1 year'), 0); BEGIN
    CREATE TEMP TABLE leaving ON COMMIT DROP AS
        SELECT a.id, a.dossier, a.seq, a.txid, a.hash FROM consent_access a
         WHERE a.txid < sealed AND (a.at < now() - interval '3 years' OR EXISTS (
             SELECT 1 FROM consent_access gone JOIN consent_accesshead h ON h.dossier = gone.dossier AND h.seq = gone.seq
              WHERE gone.dossier = a.dossier AND gone.action = 'erased' AND gone.at < now() - interval '1 year'));
    SELECT count(*) INTO n FROM leaving;
    IF n > 0 AND NOT p_dry THEN
        PERFORM set_config('consent.purging', 'on', true);
        INSERT INTO consent_stub (id, txid, dossier, seq, hash) SELECT id, txid, dossier, seq, hash FROM leaving;
        INSERT INTO consent_checkpoint AS c (dossier, seq, hash, at)
        SELECT DISTINCT ON (dossier) dossier, seq, hash, now() FROM leaving ORDER BY dossier, seq DESC
            ON CONFLICT (dossier) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at;
        PERFORM set_config('consent.purging', '', true);
        DELETE FROM consent_access a USING leaving l WHERE a.id = l.id;
    END IF;
    DROP TABLE leaving;
    RETURN n;
END $$;

-- The first broken link of each kind: a line, a head, a purge (stubs are the first lines of their chain, up to its checkpoint, sealed for a year),
-- a seal. Nothing when all is whole.
CREATE OR REPLACE FUNCTION consent_verify() RETURNS TABLE (what text, which text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH line AS (
        SELECT a.id, a.dossier, a.seq, a.hash,
               a.seq = coalesce(c.seq, 0) + row_number() OVER w
               AND a.hash = sha256(coalesce(lag(a.hash) OVER w, c.hash, '\x00'::bytea) || consent__line(a)) AS is_whole
          FROM consent_access a LEFT JOIN consent_checkpoint c USING (dossier) WINDOW w AS (PARTITION BY a.dossier ORDER BY a.seq)),
    purge AS (
        SELECT dossier, count(*) AS lines, min(seq) AS first, max(seq) AS last, max(txid) AS txid, (array_agg(hash ORDER BY seq DESC))[1] AS hash
          FROM consent_stub GROUP BY dossier),
    mark AS (
        SELECT txid, id, hash FROM consent_access UNION ALL SELECT txid, id, hash FROM consent_stub),
    seal AS (
        SELECT s.number,
               s.lines = q.c AND s.root = q.r AND s.from_tx = coalesce(lag(s.to_tx) OVER o, 0)
               AND s.number = row_number() OVER o
               AND s.hash = consent__seal_hash(s, lag(s.hash) OVER o) AS is_whole
          FROM consent_seal s, LATERAL (
               SELECT count(*) c, sha256(coalesce(string_agg(hash, ''::bytea ORDER BY txid, id), ''::bytea)) r
                 FROM mark WHERE txid >= s.from_tx AND txid < s.to_tx) q
        WINDOW o AS (ORDER BY s.number))
    (SELECT 'ligne', dossier || ' n° ' || seq FROM line WHERE NOT is_whole ORDER BY id LIMIT 1)
    UNION ALL
    (SELECT 'tête', coalesce(h.dossier, l.dossier)::text
       FROM consent_accesshead h
       FULL JOIN (SELECT DISTINCT ON (dossier) dossier, seq, hash FROM (
                      SELECT dossier, seq, hash FROM consent_access UNION ALL SELECT dossier, seq, hash FROM consent_checkpoint) every_end
                   ORDER BY dossier, seq DESC) l USING (dossier)
      WHERE h.seq IS DISTINCT FROM l.seq OR h.hash IS DISTINCT FROM l.hash LIMIT 1)
    UNION ALL
    (SELECT 'purge', coalesce(p.dossier, c.dossier)::text
       FROM purge p FULL JOIN consent_checkpoint c USING (dossier)
      WHERE p.first IS DISTINCT FROM 1 OR p.lines IS DISTINCT FROM c.seq OR p.last IS DISTINCT FROM c.seq OR p.hash IS DISTINCT FROM c.hash
         OR NOT EXISTS (SELECT 1 FROM consent_seal s WHERE p.txid >= s.from_tx AND p.txid < s.to_tx AND s.at < now() - interval '1 year') LIMIT 1)
    UNION ALL
    (SELECT 'scellé', number::text FROM seal WHERE NOT is_whole ORDER BY number LIMIT 1)
$$;

-- The last seal, to be kept outside: whoever rewrites everything cannot rewrite that copy.
CREATE FUNCTION consent_last_seal(p_number bigint DEFAULT NULL) RETURNS TABLE (number bigint, hash text, at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.number, encode(s.hash, 'hex'), s.at FROM consent_seal s WHERE p_number IS NULL OR s.number = p_number ORDER BY s.number DESC LIMIT 1
$$;

-- 11. A null is no answer: PostgreSQL's refusal of one would show the whole line (« Failing row contains… »), and log nothing.

DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN (
        'consent_create', 'consent_add_entry', 'consent_write_words', 'consent_remark', 'consent_share', 'consent_unshare', 'consent_renew',
        'consent_end', 'consent_make_card', 'consent_ask', 'consent_answer', 'consent_open_in_emergency', 'consent_review', 'consent_request',
        'consent_request_ready', 'consent_request_answer')
    LOOP
        EXECUTE format('ALTER FUNCTION %s STRICT', f);
    END LOOP;
END $$;

-- 12. What the owner keeps for itself.

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
