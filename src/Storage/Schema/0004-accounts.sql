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

-- The words of a name as PayerName.cs compares them, with titles and initials: case, accents and umlauts do not count.
CREATE FUNCTION name_words(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_split_to_array(
        replace(replace(replace(replace(
            lower(translate(normalize(name, NFC),
                'ÄÀÁÂÃÅĄÆäàáâãåąæÇĆČçćčĎĐďđÉÈÊËĘĚéèêëęěĞğÍÌÎÏİíìîïıŁłÑŃŇñńňÖÒÓÔÕØŐŒöòóôõøőœŘřŚŠŞśšşŢŤţťÜÙÚÛŮŰüùúûůűÝŸýÿŹŻŽźżžẞ',
                'aaaaaaaaaaaaaaaaccccccddddeeeeeeeeeeeeggiiiiiiiiiillnnnnnnoooooooooooooooorrssssssttttuuuuuuuuuuuuyyyyzzzzzzß')),
            'ß', 'ss'), 'ae', 'a'), 'oe', 'o'), 'ue', 'u'),
        '[^a-z\u00c0-\u1fff\u2c00-\uffff]+')
$$;

-- The console finds a customer by the beginning of the name, in any case.
CREATE INDEX account_holder_by_name ON account_holder (lower(name) text_pattern_ops, merchant_id);
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
