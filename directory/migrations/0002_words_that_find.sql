-- What a search reads is written by the database at each change: nothing has to remember it, an import neither.

CREATE TEXT SEARCH CONFIGURATION directory_fr (COPY = pg_catalog.french);

CREATE TABLE directory_document (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service_id bigint UNIQUE REFERENCES directory_service ON DELETE CASCADE,
    structure_id bigint NOT NULL REFERENCES network_structure ON DELETE CASCADE,
    words tsvector NOT NULL,
    name text NOT NULL,
    city text NOT NULL,  -- plain, to compare
    city_label text NOT NULL
);
CREATE UNIQUE INDEX directory_document_of_a_structure ON directory_document (structure_id) WHERE service_id IS NULL;
CREATE INDEX directory_document_by_structure ON directory_document (structure_id);
CREATE INDEX directory_document_words ON directory_document USING gin (words);

-- Every plain word of every document, streets left out: what is typed and is none of them is completed, or compared with all.
CREATE TABLE directory_word (word text PRIMARY KEY);
CREATE INDEX directory_word_begins ON directory_word (word text_pattern_ops);
CREATE INDEX directory_word_alike ON directory_word USING gin (word gin_trgm_ops);

-- The words of the national vocabulary, from its library at each migration.
CREATE TABLE directory_label (code text PRIMARY KEY, label text NOT NULL);

CREATE FUNCTION directory_plain(p_text text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT trim(regexp_replace(lower(unaccent(coalesce(p_text, ''))), '[^a-z0-9]+', ' ', 'g'))
$$;
CREATE FUNCTION directory_words(p_text text, p_weight "char") RETURNS tsvector LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT setweight(to_tsvector('directory_fr', directory_plain(p_text)), p_weight)
$$;
CREATE FUNCTION directory_learn(p_text text) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO directory_word SELECT DISTINCT w FROM regexp_split_to_table(directory_plain(p_text), ' ') w
     WHERE length(w) BETWEEN 2 AND 40 ORDER BY w ON CONFLICT DO NOTHING
$$;
-- A code and its label: « garde-denfants » alone would not be found by « enfants ».
CREATE FUNCTION directory_of_codes(p_codes text[]) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(string_agg(concat_ws(' ', split_part(c, '--', 1), l.label), ' '), '') FROM unnest(p_codes) c LEFT JOIN directory_label l ON l.code = c
$$;
-- « LE MANS CEDEX 2 » and « Le Mans » are one town.
CREATE FUNCTION directory_city(p_city text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT trim(regexp_replace(directory_plain(p_city), '\mcedex\M.*$', ''))
$$;
CREATE FUNCTION directory_city_label(p_city text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN c = upper(c) THEN initcap(c) ELSE c END FROM trim(regexp_replace(p_city, '\s*\mcedex\M.*$', '', 'i')) c
$$;

-- A confidential address is in no index, neither its street nor its town; nor that of its structure, nor of another of its services
-- at the same place.
CREATE FUNCTION directory_hides(p_structure bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM directory_service WHERE structure_id = p_structure AND is_address_hidden)
$$;
CREATE FUNCTION directory_set_place() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.hides_place := NEW.is_address_hidden OR EXISTS (
        SELECT 1 FROM directory_service s JOIN network_structure o ON o.id = s.structure_id
         WHERE s.structure_id = NEW.structure_id AND s.is_address_hidden AND s.id IS DISTINCT FROM NEW.id
           AND directory_plain(NEW.address) IN (directory_plain(s.address), directory_plain(o.address)));
    RETURN NEW;
END $$;
CREATE TRIGGER directory_place BEFORE INSERT OR UPDATE ON directory_service FOR EACH ROW EXECUTE FUNCTION directory_set_place();

CREATE FUNCTION directory_refresh_structure(p_id bigint) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO directory_document AS d (structure_id, words, name, city, city_label)
    SELECT s.id, directory_words(s.name, 'A') || directory_words(s.mission, 'C') || directory_words(p.place, 'D'), s.name,
           directory_city(p.city), directory_city_label(p.city)
      FROM network_structure s, LATERAL (
           SELECT CASE WHEN directory_hides(s.id) THEN '' ELSE concat_ws(' ', s.address, s.postcode, s.city) END AS place,
                  CASE WHEN directory_hides(s.id) THEN '' ELSE s.city END AS city) p WHERE s.id = p_id
        ON CONFLICT (structure_id) WHERE service_id IS NULL DO UPDATE
           SET words = excluded.words, name = excluded.name, city = excluded.city, city_label = excluded.city_label;
    SELECT directory_learn(concat_ws(' ', s.name, s.mission, CASE WHEN directory_hides(s.id) THEN '' ELSE s.city END)) FROM network_structure s WHERE s.id = p_id
$$;

CREATE FUNCTION directory_write_service() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE s network_structure; place text := ''; city text := ''; first text; then_ text; rest text; BEGIN
    SELECT * INTO s FROM network_structure WHERE id = NEW.structure_id;
    IF NOT NEW.hides_place THEN
        place := concat_ws(' ', NEW.address, NEW.address_more, NEW.postcode);
        city := NEW.city;
    END IF;
    first := concat_ws(' ', s.name, directory_of_codes(NEW.themes));
    then_ := concat_ws(' ', NEW.description, s.mission, NEW.conditions, NEW.mobilisation_details);
    rest := concat_ws(' ', directory_of_codes(NEW.publics), NEW.publics_details, NEW.type, NEW.fees, NEW.fees_details, city);
    INSERT INTO directory_document AS d (service_id, structure_id, words, name, city, city_label)
    VALUES (NEW.id, NEW.structure_id, directory_words(NEW.name, 'A') || directory_words(first, 'B') || directory_words(then_, 'C')
            || directory_words(concat_ws(' ', rest, place), 'D'), NEW.name, directory_city(city), directory_city_label(city))
        ON CONFLICT (service_id) DO UPDATE SET structure_id = excluded.structure_id, words = excluded.words, name = excluded.name,
           city = excluded.city, city_label = excluded.city_label;
    PERFORM directory_learn(concat_ws(' ', NEW.name, first, then_, rest));
    RETURN NULL;
END $$;
CREATE TRIGGER directory_document AFTER INSERT OR UPDATE ON directory_service FOR EACH ROW EXECUTE FUNCTION directory_write_service();

-- Once an address is hidden, shown again or moved: its structure and its other services are written again.
CREATE FUNCTION directory_write_others() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE touched bigint[] := ARRAY[NEW.structure_id]; BEGIN
    IF TG_OP = 'UPDATE' THEN touched := touched || OLD.structure_id; END IF;
    PERFORM directory_refresh_structure(one) FROM unnest(touched) one;
    UPDATE directory_service SET structure_id = structure_id WHERE structure_id = ANY (touched) AND id <> NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_others_on_insert AFTER INSERT ON directory_service FOR EACH ROW WHEN (NEW.is_address_hidden)
    EXECUTE FUNCTION directory_write_others();
CREATE TRIGGER directory_others_on_update AFTER UPDATE ON directory_service FOR EACH ROW
    WHEN ((OLD.is_address_hidden OR NEW.is_address_hidden) AND (OLD.is_address_hidden, OLD.address, OLD.structure_id) IS DISTINCT FROM (NEW.is_address_hidden, NEW.address, NEW.structure_id))
    EXECUTE FUNCTION directory_write_others();

CREATE FUNCTION directory_write_structure() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM directory_refresh_structure(NEW.id);
    IF TG_OP = 'UPDATE' THEN UPDATE directory_service SET structure_id = structure_id WHERE structure_id = NEW.id; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_document_on_insert AFTER INSERT ON network_structure FOR EACH ROW EXECUTE FUNCTION directory_write_structure();
CREATE TRIGGER directory_document_on_update AFTER UPDATE OF name, mission, address, postcode, city ON network_structure FOR EACH ROW
    WHEN ((OLD.name, OLD.mission, OLD.address, OLD.postcode, OLD.city) IS DISTINCT FROM (NEW.name, NEW.mission, NEW.address, NEW.postcode, NEW.city))
    EXECUTE FUNCTION directory_write_structure();

SELECT directory_refresh_structure(id) FROM network_structure;
