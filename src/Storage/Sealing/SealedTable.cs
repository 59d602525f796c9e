using Npgsql;

namespace Quittance.Storage.Sealing;

/// <summary>A column of a sealed table.</summary>
/// <param name="Name">Its name, as it goes into the hash.</param>
/// <param name="Type">Its type in the database.</param>
/// <param name="Sql">How the cell of a row x is read.</param>
internal sealed record SealedColumn(string Name, string Type, string Sql)
{
    /// <summary>Its name, as it is hashed.</summary>
    public byte[] Utf8Name { get; } = System.Text.Encoding.UTF8.GetBytes(Name);

    /// <summary>It says something of a person, and can be erased.</summary>
    public bool IsPersonal { get; init; }

    public bool IsKey { get; init; }
}

/// <summary>A table whose rows blocks seal, as the database gives its rows back.</summary>
/// <param name="Tag">Names the table in a leaf. A tag is never used again for another table.</param>
/// <param name="Name">The table.</param>
/// <param name="Columns">The sealed columns; the first is the merchant.</param>
/// <param name="Salt">Where the salt of its personal data stands, of a row x and its account s; null where it has none.</param>
/// <param name="Account">The column that names the account whose salt it is; null where the row has its own.</param>
internal sealed record SealedTable(byte Tag, string Name, IReadOnlyList<SealedColumn> Columns, string? Salt, string? Account)
{
    /// <summary>Its rows never change. Only erasing a person's data may end one.</summary>
    public bool IsLasting { get; init; }

    /// <summary>Reads the rows of a merchant ($1).</summary>
    /// <param name="condition">Which rows x; empty for all.</param>
    public string Select(string condition) => $"""
        SELECT {string.Join(", ", Columns.Select(column => column.Sql))}, {Salt ?? "NULL::uuid"}
          FROM {Name} x {(Account is null ? "" : $"LEFT JOIN account s ON s.merchant_id = x.merchant_id AND s.id = x.{Account}")}
         WHERE x.merchant_id = $1 {(condition.Length == 0 ? "" : $"AND {condition}")}
        """;

    /// <summary>
    /// Writes the hash of a row that <see cref="Select"/> read; zeros where its cells have values that no row of ours has.
    /// </summary>
    public void Hash(NpgsqlDataReader row, RowDigest digest, Span<byte> hash)
    {
        digest.Begin(Name);
        try
        {
            for (var cell = 0; cell < Columns.Count; cell++)
            {
                var column = Columns[cell];
                (column.IsPersonal ? digest.Personal : digest.Cells).Add(column.Utf8Name, row, cell, column.Type);
            }

            if (digest.TryEnd(row.IsDBNull(Columns.Count) ? null : row.GetGuid(Columns.Count), hash))
                return;
        }
        catch (Exception odd) when (odd is InvalidCastException or OverflowException or ArgumentException)
        {
            // A day or a time outside of what .NET can hold, for one.
        }

        hash.Clear();
    }

    /// <summary>Adds a new row to leaves: one that a statement returned in the columns of the table, with a cell for the salt.</summary>
    public void Put(Leaves leaves, NpgsqlDataReader row) => Hash(row, new RowDigest(), leaves.Add(Tag, isEnded: false));

    /// <summary>The columns that a statement returns of a row x that it writes.</summary>
    public string Returned => $"{string.Join(", ", Columns.Select(column => column.Sql))}, {Salt ?? "NULL::uuid"}";

    /// <summary>The name of a row that <see cref="Select"/> read: its table and its key.</summary>
    public string Describe(NpgsqlDataReader row) => $"{Name} {string.Join(' ',
        from place in Enumerable.Range(1, Columns.Count - 1) where Columns[place].IsKey select row.GetValue(place))}";
}
