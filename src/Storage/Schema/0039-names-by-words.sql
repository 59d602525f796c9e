-- Customers by the words of their names, so that a payer's name finds all whose it may be. The rules of 0001-books.sql hold here too.

-- The words as PayerName.cs compares them, with titles and initials: case, accents and umlauts do not count.
CREATE FUNCTION name_words(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_split_to_array(
        replace(replace(replace(replace(
            lower(translate(normalize(name, NFC),
                'ÄÀÁÂÃÅĄÆäàáâãåąæÇĆČçćčĎĐďđÉÈÊËĘĚéèêëęěĞğÍÌÎÏİíìîïıŁłÑŃŇñńňÖÒÓÔÕØŐŒöòóôõøőœŘřŚŠŞśšşŢŤţťÜÙÚÛŮŰüùúûůűÝŸýÿŹŻŽźżžẞ',
                'aaaaaaaaaaaaaaaaccccccddddeeeeeeeeeeeeggiiiiiiiiiillnnnnnnoooooooooooooooorrssssssttttuuuuuuuuuuuuyyyyzzzzzzß')),
            'ß', 'ss'), 'ae', 'a'), 'oe', 'o'), 'ue', 'u'),
        '[^a-z\u00c0-\u1fff\u2c00-\uffff]+')
$$;

CREATE INDEX account_holder_by_word ON account_holder USING gin (name_words(name));
