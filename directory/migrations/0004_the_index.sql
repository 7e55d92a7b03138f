-- What a search reads, one line for each service and each structure, written by the database at each change. It replaces the one
-- of 0002: every filter is now a code of the same column, an answer that is not known is a code too, and what is written is
-- written for a whole statement at once, so that an import of a thousand services costs a few statements.

DROP TRIGGER directory_document ON directory_service;
DROP TRIGGER directory_others_on_insert ON directory_service;
DROP TRIGGER directory_others_on_update ON directory_service;
DROP TRIGGER directory_document_on_insert ON network_structure;
DROP TRIGGER directory_document_on_update ON network_structure;
DROP FUNCTION directory_write_service();
DROP FUNCTION directory_write_others();
DROP FUNCTION directory_write_structure();
DROP FUNCTION directory_refresh_structure(bigint);
DROP FUNCTION directory_learn(text);
DROP TABLE directory_document;

-- Words are compared without their accents also where the text keeps them: an extract marks « épicerie » for « epicerie ».
ALTER TEXT SEARCH CONFIGURATION directory_fr ALTER MAPPING FOR word, hword, hword_part WITH unaccent, french_stem;

-- The same as before, with names that need no search path of their own: PostgreSQL then writes them into the statements that call them.
CREATE OR REPLACE FUNCTION directory_plain(p_text text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT trim(regexp_replace(lower(public.unaccent(coalesce(p_text, ''))), '[^a-z0-9]+', ' ', 'g'))
$$;
CREATE OR REPLACE FUNCTION directory_of_codes(p_codes text[]) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(concat_ws(' ', split_part(c, '--', 1), l.label), ' '), '') FROM unnest(p_codes) c LEFT JOIN public.directory_label l ON l.code = c
$$;
-- « LE MANS CEDEX 2 » and « Le Mans », « La Chapelle St Aubin » and « La Chapelle-Saint-Aubin » are one town.
CREATE OR REPLACE FUNCTION directory_city(p_city text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT trim(regexp_replace(regexp_replace(regexp_replace(public.directory_plain(p_city), '\mcedex\M.*$', ''), '\ms(te?)\M', 'sain\1', 'g'), '\m(les|lez) ', '', 'g'))
$$;
CREATE OR REPLACE FUNCTION directory_city_label(p_city text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN c = upper(c) THEN initcap(c) ELSE c END FROM trim(regexp_replace(p_city, '\s*\mcedex\M.*$', '', 'i')) c
$$;

-- « factures » and « facture » are one expression: what is compared with what is typed.
CREATE FUNCTION directory_bare(p_text text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT regexp_replace(directory_plain(p_text), '\m(\w{3,})[sx]\M', '\1', 'g')
$$;
CREATE FUNCTION directory_on_synonym() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.bare := directory_bare(NEW.typed);
    RETURN NEW;
END $$;
CREATE TRIGGER directory_synonym BEFORE INSERT OR UPDATE ON directory_synonym FOR EACH ROW EXECUTE FUNCTION directory_on_synonym();
UPDATE directory_synonym SET typed = typed;

-- The same place: the same street, though one says more of it than the other, or two points less than some 300 metres apart. Whoever
-- writes a service waits for who is hiding, or showing again, another one of its structure.
CREATE FUNCTION directory_is_street(p_one text, p_other text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT one = other OR (one <> '' AND other <> '' AND (starts_with(one || ' ', other || ' ') OR starts_with(other || ' ', one || ' ')))
      FROM (SELECT public.directory_plain(p_one) AS one, public.directory_plain(p_other) AS other) streets
$$;
CREATE OR REPLACE FUNCTION directory_set_place() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM network_structure WHERE id = NEW.structure_id FOR NO KEY UPDATE;
    NEW.hides_place := NEW.is_address_hidden OR EXISTS (
        SELECT 1 FROM directory_service s JOIN network_structure o ON o.id = s.structure_id
         WHERE s.structure_id = NEW.structure_id AND s.is_address_hidden AND s.id IS DISTINCT FROM NEW.id
           AND (directory_is_street(NEW.address, s.address) OR directory_is_street(NEW.address, o.address)
                OR (abs(NEW.latitude - s.latitude) < 0.003 AND abs(NEW.longitude - s.longitude) < 0.004)));
    RETURN NEW;
END $$;

CREATE TABLE directory_document (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service_id bigint UNIQUE REFERENCES directory_service ON DELETE CASCADE,
    structure_id bigint NOT NULL REFERENCES network_structure ON DELETE CASCADE,
    name text NOT NULL,
    city_label text NOT NULL,
    names tsvector NOT NULL,  -- of the name alone
    words tsvector NOT NULL,  -- A: the name; B: the structure and the themes; C: what is said of it; D: for whom, where
    codes text[] NOT NULL,  -- « question=answer », « question=? » where it is not known
    quality real NOT NULL,  -- years since 2000 of the last confirmation, and what a full page is worth
    latitude double precision,  -- its own point, or its town's
    longitude double precision,
    is_near_only boolean NOT NULL,  -- the point is its town's
    closed_on date,
    is_for_professionals boolean NOT NULL
);
CREATE UNIQUE INDEX directory_document_of_a_structure ON directory_document (structure_id) WHERE service_id IS NULL;
CREATE INDEX directory_document_by_structure ON directory_document (structure_id);
CREATE INDEX directory_document_names ON directory_document USING gin (names);
CREATE INDEX directory_document_words ON directory_document USING gin (words);
CREATE INDEX directory_document_codes ON directory_document USING gin (codes);
CREATE INDEX directory_document_best ON directory_document (quality DESC, id);
CREATE INDEX directory_document_places ON directory_document (latitude, longitude);
ALTER TABLE directory_document ALTER words SET STATISTICS 1000, ALTER names SET STATISTICS 1000, ALTER codes SET STATISTICS 500;

-- Opened minutes of the days to come, since the first of January 2020 by the clock on the wall; no line: hours not known.
CREATE TABLE directory_opening (
    service_id bigint PRIMARY KEY REFERENCES directory_service ON DELETE CASCADE,
    minutes int4multirange NOT NULL,
    unknown_minutes int4multirange NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    CHECK (last_day >= first_day)
);
CREATE INDEX directory_opening_minutes ON directory_opening USING gist (minutes);

CREATE FUNCTION directory_answer(p_question text, p_answer boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT p_question || CASE WHEN p_answer THEN '=oui' WHEN NOT p_answer THEN '=non' ELSE '=?' END
$$;
CREATE FUNCTION directory_answers(p_question text, p_answers text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_answers = '{}' THEN ARRAY[p_question || '=?'] ELSE ARRAY(SELECT p_question || '=' || one FROM unnest(p_answers) one) END
$$;
CREATE FUNCTION directory_codes(s directory_service, p_city text) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT DISTINCT 'theme=' || one FROM unnest(s.themes || ARRAY(SELECT split_part(t, '--', 1) FROM unnest(s.themes) t)) one)
        || public.directory_answers('public', s.publics) || public.directory_answers('langue', s.languages)
        || public.directory_answers('frais', CASE WHEN s.fees = '' THEN '{}' ELSE ARRAY[s.fees::text] END)
        || public.directory_answers('accueil', CASE WHEN s.welcome = '' THEN '{}' ELSE ARRAY[s.welcome::text] END)
        || public.directory_answers('places', CASE WHEN s.capacity = '' THEN '{}' ELSE ARRAY[s.capacity::text] END)
        || public.directory_answers('commune', CASE WHEN p_city = '' THEN '{}' ELSE ARRAY[p_city] END)
        || ARRAY[public.directory_answer('sans_papiers', s.without_papers), public.directory_answer('sans_rdv', s.without_appointment),
                 public.directory_answer('seul', s.welcomes_alone), public.directory_answer('couple', s.welcomes_couples),
                 public.directory_answer('enfants', s.welcomes_children), public.directory_answer('chien', s.welcomes_dogs),
                 public.directory_answer('bagages', s.keeps_luggage), public.directory_answer('fauteuil', s.wheelchair),
                 public.directory_answer('accompagne', s.accompanied)]
$$;
CREATE FUNCTION directory_quality(s directory_service) RETURNS real LANGUAGE sql STABLE AS $$
    SELECT (coalesce(greatest(s.confirmed_on, s.updated_on) - date '2000-01-01', 3650) / 365.0
            + CASE WHEN s.confirmed_on IS NULL THEN 0 ELSE 1 END + CASE WHEN s.phone = '' THEN 0 ELSE 0.4 END
            + CASE WHEN s.hours = '' THEN 0 ELSE 0.4 END + CASE WHEN s.description = '' THEN 0 ELSE 0.4 END
            + CASE WHEN s.fees = '' THEN 0 ELSE 0.2 END + CASE WHEN s.publics = '{}' THEN 0 ELSE 0.2 END)::real
$$;
-- Streets, what only professionals read and what is closed are left out: nothing proposes them. Two who learn a word at once do not
-- wait for each other: it is there twice, and read once.
ALTER TABLE directory_word DROP CONSTRAINT directory_word_pkey;
CREATE FUNCTION directory_learn(p_texts text[]) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO directory_word SELECT w FROM (SELECT DISTINCT w FROM unnest(p_texts) t, unnest(string_to_array(t, ' ')) w) told
     WHERE length(w) BETWEEN 2 AND 40 AND NOT EXISTS (SELECT 1 FROM directory_word k WHERE k.word = told.w)
$$;
CREATE FUNCTION directory_today() RETURNS date LANGUAGE sql STABLE AS $$ SELECT (now() AT TIME ZONE 'Europe/Paris')::date $$;
-- Those of these words that nothing that anybody may read holds any more are proposed to nobody.
CREATE FUNCTION directory_forget(p_texts text[]) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    DELETE FROM directory_word w USING (
        SELECT word, plainto_tsquery('directory_fr', word) AS query
          FROM (SELECT DISTINCT unnest(string_to_array(t, ' ')) AS word FROM unnest(p_texts) t) told) f
     WHERE w.word = f.word AND numnode(f.query) > 0 AND NOT EXISTS (
        SELECT 1 FROM directory_document d WHERE d.words @@ f.query AND NOT d.is_for_professionals
           AND (d.closed_on IS NULL OR d.closed_on > directory_today()))
$$;
CREATE FUNCTION directory_told(s directory_service) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT public.directory_plain(concat_ws(' ', s.name, s.description, s.conditions, s.mobilisation_details, s.first_visit,
                                            s.publics_details, s.fees_details, s.city))
$$;

CREATE FUNCTION directory_write_services(p_ids bigint[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE learned text[]; BEGIN
    WITH told AS MATERIALIZED (
        SELECT s.id, s.structure_id, s.name, least(s.closed_on, o.closed_on) AS closed_on, s.is_for_professionals AS reserved,
               directory_plain(s.name) AS own,
               directory_plain(concat_ws(' ', o.name, directory_of_codes(s.themes))) AS main,
               directory_plain(concat_ws(' ', s.description, o.mission, s.conditions, s.mobilisation_details, s.first_visit)) AS said,
               directory_plain(concat_ws(' ', directory_of_codes(s.publics), s.publics_details, s.type, s.fees, s.fees_details,
                                         CASE WHEN NOT s.hides_place THEN s.city END)) AS rest,
               CASE WHEN s.hides_place THEN '' ELSE directory_plain(concat_ws(' ', s.address, s.address_more, s.postcode)) END AS street,
               CASE WHEN s.hides_place THEN '' ELSE directory_city(s.city) END AS city,
               CASE WHEN s.hides_place THEN '' ELSE directory_city_label(s.city) END AS city_label,
               CASE WHEN NOT s.hides_place AND s.longitude IS NOT NULL THEN s.latitude END AS latitude,
               CASE WHEN NOT s.hides_place AND s.latitude IS NOT NULL THEN s.longitude END AS longitude, s AS line
          FROM directory_service s JOIN network_structure o ON o.id = s.structure_id WHERE s.id = ANY (p_ids)
    ), towns AS MATERIALIZED (
        SELECT DISTINCT ON (directory_city(name)) directory_city(name) AS city, latitude, longitude FROM directory_place
         WHERE kind = 'commune' ORDER BY directory_city(name), id
    ), written AS (
        INSERT INTO directory_document AS d (service_id, structure_id, name, city_label, names, words, codes, quality, latitude, longitude,
                                             is_near_only, closed_on, is_for_professionals)
        SELECT t.id, t.structure_id, t.name, t.city_label, to_tsvector('directory_fr', t.own),
               setweight(to_tsvector('directory_fr', t.own), 'A') || setweight(to_tsvector('directory_fr', t.main), 'B')
               || setweight(to_tsvector('directory_fr', t.said), 'C') || setweight(to_tsvector('directory_fr', concat_ws(' ', t.rest, t.street)), 'D'),
               directory_codes(t.line, t.city), directory_quality(t.line), coalesce(t.latitude, p.latitude), coalesce(t.longitude, p.longitude),
               t.latitude IS NULL, t.closed_on, t.reserved
          FROM told t LEFT JOIN towns p ON p.city = t.city
            ON CONFLICT (service_id) DO UPDATE SET structure_id = excluded.structure_id, name = excluded.name, city_label = excluded.city_label,
               names = excluded.names, words = excluded.words, codes = excluded.codes, quality = excluded.quality, latitude = excluded.latitude,
               longitude = excluded.longitude, is_near_only = excluded.is_near_only, closed_on = excluded.closed_on,
               is_for_professionals = excluded.is_for_professionals
    ) SELECT array_agg(concat_ws(' ', own, main, said, rest)) FROM told
     WHERE NOT reserved AND (closed_on IS NULL OR closed_on > directory_today()) INTO learned;
    PERFORM directory_learn(learned);
END $$;

CREATE FUNCTION directory_write_structures(p_ids bigint[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE learned text[]; BEGIN
    WITH told AS MATERIALIZED (
        SELECT o.id, o.name, o.closed_on, directory_plain(o.name) AS own,
               directory_plain(concat_ws(' ', o.mission, p.aims, p.limits, p.rules, p.participate,
                                         CASE WHEN p.participate <> '' THEN 'participer' END)) AS said,
               CASE WHEN h.hides THEN '' ELSE directory_plain(o.city) END AS town,
               CASE WHEN h.hides THEN '' ELSE directory_plain(concat_ws(' ', o.address, o.postcode)) END AS street,
               CASE WHEN h.hides THEN '' ELSE directory_city(o.city) END AS city,
               CASE WHEN h.hides THEN '' ELSE directory_city_label(o.city) END AS city_label
          FROM network_structure o LEFT JOIN directory_presentation p ON p.structure_id = o.id, LATERAL (SELECT directory_hides(o.id) AS hides) h
         WHERE o.id = ANY (p_ids)
    ), towns AS MATERIALIZED (
        SELECT DISTINCT ON (directory_city(name)) directory_city(name) AS city, latitude, longitude FROM directory_place
         WHERE kind = 'commune' ORDER BY directory_city(name), id
    ), written AS (
        INSERT INTO directory_document AS d (structure_id, name, city_label, names, words, codes, quality, latitude, longitude,
                                             is_near_only, closed_on, is_for_professionals)
        SELECT t.id, t.name, t.city_label, to_tsvector('directory_fr', t.own),
               setweight(to_tsvector('directory_fr', t.own), 'A') || setweight(to_tsvector('directory_fr', t.said), 'C')
               || setweight(to_tsvector('directory_fr', concat_ws(' ', t.town, t.street)), 'D'),
               ARRAY['structure=oui', 'commune=' || coalesce(nullif(t.city, ''), '?')], 10, p.latitude, p.longitude, true, t.closed_on, false
          FROM told t LEFT JOIN towns p ON p.city = t.city
            ON CONFLICT (structure_id) WHERE service_id IS NULL DO UPDATE SET name = excluded.name, city_label = excluded.city_label,
               names = excluded.names, words = excluded.words, codes = excluded.codes, latitude = excluded.latitude,
               longitude = excluded.longitude, closed_on = excluded.closed_on
    ) SELECT array_agg(concat_ws(' ', own, said, town)) FROM told WHERE closed_on IS NULL OR closed_on > directory_today() INTO learned;
    PERFORM directory_learn(learned);
END $$;

-- Once an address is hidden, shown again or moved, its structure and its other services are written again: they may be at the same place.
CREATE FUNCTION directory_on_services_added() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE hiding bigint[]; BEGIN
    PERFORM directory_write_services(ARRAY(SELECT id FROM added));
    SELECT array_agg(DISTINCT structure_id) FROM added WHERE is_address_hidden INTO hiding;
    IF hiding IS NOT NULL THEN PERFORM directory_write_neighbours(hiding); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION directory_on_services_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE hiding bigint[]; gone text[]; BEGIN
    PERFORM directory_write_services(ARRAY(SELECT id FROM now_told));
    DELETE FROM directory_opening o USING before_told b JOIN now_told n USING (id)
     WHERE o.service_id = n.id AND (b.hours, b.structure_id) <> (n.hours, n.structure_id);
    -- A service that goes to another structure takes its closures along.
    UPDATE directory_closure c SET structure_id = n.structure_id FROM before_told b JOIN now_told n USING (id)
     WHERE c.service_id = n.id AND b.structure_id <> n.structure_id;
    SELECT array_agg(DISTINCT one) FROM before_told b JOIN now_told n USING (id), unnest(ARRAY[b.structure_id, n.structure_id]) one
     WHERE (b.is_address_hidden OR n.is_address_hidden)
       AND (b.is_address_hidden, b.address, b.latitude, b.longitude, b.structure_id)
           IS DISTINCT FROM (n.is_address_hidden, n.address, n.latitude, n.longitude, n.structure_id) INTO hiding;
    IF hiding IS NOT NULL THEN PERFORM directory_write_neighbours(hiding); END IF;
    -- What it had told before it was hidden, reserved or closed.
    SELECT array_agg(CASE WHEN is_gone AND NOT was_gone THEN directory_told(ROW(b.*)::directory_service) ELSE directory_plain(b.city) END)
      FROM before_told b JOIN now_told n USING (id),
           LATERAL (SELECT b.is_for_professionals OR coalesce(b.closed_on <= directory_today(), false) AS was_gone,
                           n.is_for_professionals OR coalesce(n.closed_on <= directory_today(), false) AS is_gone) g
     WHERE (is_gone AND NOT was_gone) OR (n.hides_place AND NOT b.hides_place) INTO gone;
    IF gone IS NOT NULL THEN PERFORM directory_forget(gone); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION directory_write_neighbours(p_structures bigint[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM directory_write_structures(p_structures);
    UPDATE directory_service SET structure_id = structure_id WHERE structure_id = ANY (p_structures);
    -- A town that only what is hidden now had told is proposed to nobody.
    PERFORM directory_forget(ARRAY(
        SELECT directory_plain(concat_ws(' ', s.city, o.city)) FROM directory_service s JOIN network_structure o ON o.id = s.structure_id
         WHERE s.structure_id = ANY (p_structures) AND s.hides_place));
END $$;
CREATE TRIGGER directory_services_added AFTER INSERT ON directory_service REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION directory_on_services_added();
CREATE TRIGGER directory_services_changed AFTER UPDATE ON directory_service REFERENCING OLD TABLE AS before_told NEW TABLE AS now_told
    FOR EACH STATEMENT EXECUTE FUNCTION directory_on_services_changed();

-- Openings told before a change are no longer known, until somebody tells them again.
CREATE FUNCTION directory_forget_openings(c directory_closure) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    DELETE FROM directory_opening o USING directory_service s
     WHERE s.id = o.service_id AND (s.id = c.service_id OR (c.service_id IS NULL AND s.structure_id = c.structure_id))
$$;
CREATE FUNCTION directory_on_closure() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM directory_forget_openings(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM directory_forget_openings(NEW); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_closure AFTER INSERT OR UPDATE OR DELETE ON directory_closure FOR EACH ROW EXECUTE FUNCTION directory_on_closure();

CREATE FUNCTION directory_on_structures_added() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM directory_write_structures(ARRAY(SELECT id FROM added));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_on_structures_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE changed bigint[]; closed bigint[]; BEGIN
    SELECT array_agg(n.id) FROM before_told b JOIN now_told n USING (id)
     WHERE (b.name, b.mission, b.address, b.postcode, b.city, b.closed_on) IS DISTINCT FROM (n.name, n.mission, n.address, n.postcode, n.city, n.closed_on)
      INTO changed;
    IF changed IS NOT NULL THEN PERFORM directory_write_neighbours(changed); END IF;
    SELECT array_agg(n.id) FROM before_told b JOIN now_told n USING (id)
     WHERE n.closed_on <= directory_today() AND (b.closed_on IS NULL OR b.closed_on > directory_today()) INTO closed;
    IF closed IS NOT NULL THEN
        PERFORM directory_forget(ARRAY(SELECT directory_told(s) FROM directory_service s WHERE s.structure_id = ANY (closed))
                                 || ARRAY(SELECT directory_plain(concat_ws(' ', b.name, b.mission, b.city)) FROM before_told b WHERE b.id = ANY (closed)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_structures_added AFTER INSERT ON network_structure REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION directory_on_structures_added();
CREATE TRIGGER directory_structures_changed AFTER UPDATE ON network_structure REFERENCING OLD TABLE AS before_told NEW TABLE AS now_told
    FOR EACH STATEMENT EXECUTE FUNCTION directory_on_structures_changed();

CREATE FUNCTION directory_on_presentation() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM directory_write_structures(ARRAY[NEW.structure_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER directory_presentation AFTER INSERT OR UPDATE ON directory_presentation FOR EACH ROW EXECUTE FUNCTION directory_on_presentation();

-- A town that is put on the map, or moved: what is only known to be there follows.
CREATE FUNCTION directory_on_place() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE directory_document SET latitude = NEW.latitude, longitude = NEW.longitude
     WHERE NEW.kind = 'commune' AND is_near_only AND codes && ARRAY['commune=' || directory_city(NEW.name)];
    RETURN NULL;
END $$;
CREATE TRIGGER directory_place_moves AFTER INSERT OR UPDATE ON directory_place FOR EACH ROW EXECUTE FUNCTION directory_on_place();

UPDATE directory_service SET structure_id = structure_id
 WHERE structure_id IN (SELECT structure_id FROM directory_service WHERE is_address_hidden);  -- « the same place » says more than it did
SELECT directory_write_structures(ARRAY(SELECT id FROM network_structure));
SELECT directory_write_services(ARRAY(SELECT id FROM directory_service));
