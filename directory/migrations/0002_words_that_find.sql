-- What a search reads is written by the database at each change: nothing has to remember it, an import neither.

CREATE TEXT SEARCH CONFIGURATION directory_fr (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION directory_fr ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;

CREATE TABLE directory_document (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service_id bigint UNIQUE REFERENCES directory_service ON DELETE CASCADE,
    structure_id bigint NOT NULL REFERENCES network_structure ON DELETE CASCADE,
    words tsvector NOT NULL,
    name text NOT NULL,
    city text NOT NULL
);
CREATE UNIQUE INDEX directory_document_of_a_structure ON directory_document (structure_id) WHERE service_id IS NULL;
CREATE INDEX directory_document_by_structure ON directory_document (structure_id);
CREATE INDEX directory_document_words ON directory_document USING gin (words);

-- Every word of every document, plain: a typed word that is none of them is compared with all.
CREATE TABLE directory_word (word text PRIMARY KEY);
CREATE INDEX directory_word_alike ON directory_word USING gin (word gin_trgm_ops);

CREATE FUNCTION directory_plain(p_text text) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT lower(unaccent(p_text))
$$;
CREATE FUNCTION directory_learn(p_text text) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO directory_word SELECT DISTINCT w FROM regexp_split_to_table(directory_plain(p_text), '[^a-z0-9]+') w
     WHERE length(w) BETWEEN 3 AND 30 ORDER BY w ON CONFLICT DO NOTHING
$$;
-- Codes are made of plain words: « logement-hebergement--se-loger ».
CREATE FUNCTION directory_of_codes(p_codes text[]) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT translate(array_to_string(p_codes, ' '), '-', ' ')
$$;

-- A confidential address is in no index, neither its street nor its town; nor that of its structure, which may be the same.
CREATE FUNCTION directory_hides(p_structure bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM directory_service WHERE structure_id = p_structure AND is_address_hidden)
$$;

CREATE FUNCTION directory_refresh_structure(p_id bigint) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO directory_document AS d (structure_id, words, name, city)
    SELECT s.id, setweight(to_tsvector('directory_fr', s.name), 'A') || setweight(to_tsvector('directory_fr', s.mission), 'C')
           || setweight(to_tsvector('directory_fr', CASE WHEN directory_hides(s.id) THEN '' ELSE concat_ws(' ', s.address, s.postcode, s.city) END), 'D'),
           s.name, CASE WHEN directory_hides(s.id) THEN '' ELSE s.city END
      FROM network_structure s WHERE s.id = p_id
        ON CONFLICT (structure_id) WHERE service_id IS NULL DO UPDATE SET words = excluded.words, name = excluded.name, city = excluded.city;
    SELECT directory_learn(concat_ws(' ', s.name, s.mission, CASE WHEN directory_hides(s.id) THEN '' ELSE s.city END)) FROM network_structure s WHERE s.id = p_id
$$;

CREATE FUNCTION directory_write_service() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE s network_structure; place text; BEGIN
    SELECT * INTO s FROM network_structure WHERE id = NEW.structure_id;
    place := CASE WHEN NEW.is_address_hidden THEN '' ELSE concat_ws(' ', NEW.address, NEW.address_more, NEW.postcode, NEW.city) END;
    INSERT INTO directory_document AS d (service_id, structure_id, words, name, city)
    VALUES (NEW.id, NEW.structure_id,
            setweight(to_tsvector('directory_fr', NEW.name), 'A')
            || setweight(to_tsvector('directory_fr', concat_ws(' ', s.name, directory_of_codes(NEW.themes))), 'B')
            || setweight(to_tsvector('directory_fr', concat_ws(' ', NEW.description, s.mission, NEW.conditions)), 'C')
            || setweight(to_tsvector('directory_fr', concat_ws(' ', directory_of_codes(NEW.publics), NEW.publics_details, NEW.type, NEW.fees, place)), 'D'),
            NEW.name, CASE WHEN NEW.is_address_hidden THEN '' ELSE NEW.city END)
        ON CONFLICT (service_id) DO UPDATE SET structure_id = excluded.structure_id, words = excluded.words, name = excluded.name, city = excluded.city;
    PERFORM directory_learn(concat_ws(' ', NEW.name, NEW.description, directory_of_codes(NEW.themes), directory_of_codes(NEW.publics), place));
    IF NEW.is_address_hidden IS DISTINCT FROM (CASE WHEN TG_OP = 'UPDATE' THEN OLD.is_address_hidden ELSE false END) THEN
        PERFORM directory_refresh_structure(NEW.structure_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_document AFTER INSERT OR UPDATE ON directory_service FOR EACH ROW EXECUTE FUNCTION directory_write_service();

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
