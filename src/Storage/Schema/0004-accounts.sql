-- Customers' accounts, their holders' names, and the references by which clients know them.

CREATE TABLE account (
    merchant_id    bigint   NOT NULL REFERENCES merchant (id),
    id             uuid     NOT NULL,
    slot           smallint NOT NULL CHECK (slot BETWEEN 0 AND 31),
    number         bigint   NOT NULL CHECK (number BETWEEN 1 AND 9007199254740991),
    currency       text     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Random. The seals of the customer's data are keyed with it, so that they reveal nothing once it is erased.
    salt           uuid     NOT NULL,
    status         text     CHECK (status = 'closed'),
    -- How many events it has, where it has more than the one that opened it.
    events         bigint   CHECK (events > 1),
    -- The account of the same person that it is merged into.
    merged_into_id uuid,
    PRIMARY KEY (merchant_id, id),
    CONSTRAINT account_closed_by_event CHECK (status IS NULL OR events IS NOT NULL),
    CONSTRAINT account_merged_is_closed CHECK (merged_into_id IS NULL OR (status = 'closed' AND merged_into_id <> id) IS TRUE)
);

-- The page of an account names those that are merged into it.
CREATE INDEX account_merged_into ON account (merged_into_id, merchant_id) WHERE merged_into_id IS NOT NULL;

-- A person's data, apart from the account: on request it is erased while the books stay.
CREATE TABLE account_holder (
    merchant_id bigint NOT NULL,
    account_id  uuid   NOT NULL,
    name        text   NOT NULL,
    PRIMARY KEY (merchant_id, account_id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
);

-- How a customer is reached, a person's data too. Payments never read it.
CREATE TABLE account_contact (
    merchant_id bigint NOT NULL,
    account_id  uuid   NOT NULL,
    email       text,
    phone       text,
    line1       text,
    line2       text,
    postal_code text,
    city        text,
    region      text,
    country     text   CHECK (country ~ '^[A-Z]{2}$'),
    language    text,
    PRIMARY KEY (merchant_id, account_id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    CONSTRAINT account_contact_address_is_whole CHECK ((city IS NULL) = (country IS NULL)
        AND (city IS NOT NULL OR num_nonnulls(line1, line2, postal_code, region) = 0))
);

-- The letters of a text as names are compared: case, accents and umlauts do not count.
-- These functions are parsed when they are made, since PostgreSQL builds an index without a search path.
-- Most texts are of plain letters already, and translate looks each one up.
CREATE FUNCTION plain_letters(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length(said) = length(said) THEN lower(said) ELSE replace(
    lower(translate(normalize(said, NFC),
        'ÄÀÁÂÃÅĄÆäàáâãåąæÇĆČçćčĎĐďđÉÈÊËĘĚéèêëęěĞğÍÌÎÏİíìîïıŁłÑŃŇñńňÖÒÓÔÕØŐŒöòóôõøőœŘřŚŠŞśšşŢŤţťÜÙÚÛŮŰüùúûůűÝŸýÿŹŻŽźżžẞ',
        'aaaaaaaaaaaaaaaaccccccddddeeeeeeeeeeeeggiiiiiiiiiillnnnnnnoooooooooooooooorrssssssttttuuuuuuuuuuuuyyyyzzzzzzß')),
    'ß', 'ss') END;

-- Banks write ü as u or as ue.
CREATE FUNCTION short_umlauts(plain text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(plain, 'ae', 'a'), 'oe', 'o'), 'ue', 'u');

-- The words of a name as PayerName.cs compares them, with titles and initials.
CREATE FUNCTION name_words(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_split_to_array(short_umlauts(plain_letters(name)), '[^a-z\u00c0-\u1fff\u2c00-\uffff]+');

-- The words of a text as people search for them, with numbers, and blanks between them: what joins letters is left out, other signs part.
CREATE FUNCTION search_text(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(plain_letters(said), E' \t\n\r-–/.,:;&()+*#"@\\|<>=!?[]{}~''’`´', rpad('', 31));

-- A word with ae in it is found as it is and as one with ä.
CREATE FUNCTION both_umlauts(plain text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN plain ~ '[aou]e' THEN plain || ' ' || short_umlauts(plain) ELSE plain END;

-- The ends of all words of a name: the beginnings of those are all parts of its words.
CREATE FUNCTION name_parts(name text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN (SELECT array_to_tsvector(array_agg(part) FILTER (WHERE part <> ''))
          FROM (SELECT left(both_umlauts(search_text(name)), 500) OFFSET 0) x(t),
               generate_series(1, length(t)) at, LATERAL (SELECT left(split_part(substr(t, at), ' ', 1), 60)) y(part));

-- What has a word that begins with each word of a typed text. Null for a text without words, and for single letters.
CREATE FUNCTION search_query(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg('''' || left(w, 60) || ''':*', ' & ')::tsquery
          FROM unnest(string_to_array(short_umlauts(search_text(typed)), ' ')) w WHERE w <> '' HAVING max(length(w)) > 1);

-- The console finds a customer by the beginning of the name, in any case, and by any part of any of its words.
CREATE INDEX account_holder_by_name ON account_holder (lower(name) text_pattern_ops, merchant_id);
CREATE INDEX account_holder_by_part ON account_holder USING gin (name_parts(name)) WITH (gin_pending_list_limit = 512);
-- A payer's name on a bank line finds every customer whose name it may be, by its words.
CREATE INDEX account_holder_by_word ON account_holder USING gin (name_words(name));

-- The names that clients and we ourselves use for accounts, orders, charges and instruments. Never changed.
CREATE TABLE reference (
    merchant_id bigint   NOT NULL,
    dialect     text     NOT NULL,
    kind        text     NOT NULL,
    value       text     NOT NULL CHECK (value <> ''),
    account_id  uuid     NOT NULL,
    slot        smallint NOT NULL,
    object_id   uuid     NOT NULL,
    PRIMARY KEY (merchant_id, dialect, kind, value),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
);

CREATE INDEX reference_by_object ON reference (object_id, merchant_id);
-- The console searches while an operator types: by the beginning of a reference, or by all of it.
CREATE INDEX reference_by_value ON reference (value text_pattern_ops, merchant_id);
