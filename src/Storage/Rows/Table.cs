using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Rows;

/// <summary>
/// A table of the books: the list of its columns. Each is said once with its name, its type, its value in a row and whether it changes. The
/// statements that write rows, one per batch, follow from the list; a row is read in the same order. A column's marks stand behind it.
/// </summary>
internal sealed class Table<TRow>
{
    private const int Forms = 3;

    /// <summary>Up to this many rows, a statement for each is faster than one statement for all.</summary>
    private const int FewRows = 2;

    private readonly List<Column> _columns = [];
    private readonly Func<TRow, MerchantId> _merchant;
    private Func<Cells, TRow>? _read;
    private byte _tag;
    private (string? Account, Func<TRow, Func<AccountId, Guid?>, Guid?> Of)? _salt;
    private SealedTable? _sealed;
    private (string Table, string Key, string Of, string[] Columns)? _joined;
    private List<Column>? _updated;
    private readonly string?[] _insert = new string?[Forms];
    private readonly string?[] _upsert = new string?[Forms];
    private readonly string?[] _update = new string?[Forms];
    private string? _selected;
    private KeyedQuery? _byId;

    public Table(string name, Func<TRow, MerchantId> merchant)
    {
        (Name, _merchant) = (name, merchant);
        Long("merchant_id", row => merchant(row).Value).Key();
    }

    public string Name { get; }

    /// <summary>Names the table in a leaf; 0 where blocks do not seal it.</summary>
    public byte Tag => _tag;

    public bool IsSealed => _tag != 0;

    /// <summary>The part of its rows that blocks seal. Only of a table with <see cref="Seals"/>.</summary>
    public SealedTable Sealed => _sealed ??= new SealedTable(
        _tag, Name, [.. _columns.Where(column => column.IsSealed).Select(column => column.Sealed)],
        _salt is not { } salt ? null : salt.Account is null ? "x.salt" : "s.salt", _salt?.Account)
    {
        IsLasting = IsLasting,
    };

    /// <summary>Whether its rows never change.</summary>
    public bool IsLasting => !_columns.Exists(column => column.Role is Role.Changes or Role.Adds);

    public IEnumerable<string> ColumnNames => _columns.Select(column => column.Name);

    /// <summary>How many cells <see cref="Read(NpgsqlDataReader, int)"/> reads: where the next one of a row stands.</summary>
    public int Width => _columns.Count + (_joined?.Columns.Length ?? 0);

    /// <summary>The columns to read of a row named x, with <see cref="Join"/>.</summary>
    public string Selected => _selected ??= Of("x");

    /// <summary>Joins the rest of a row, as j, to a row named x. The merchant's condition on j is the statement's own.</summary>
    public string Join => _joined is var (table, key, of, _)
        ? $"LEFT JOIN {table} j ON j.merchant_id = x.merchant_id AND j.{key} = x.{of}"
        : "";

    /// <summary>The statement of <see cref="By"/> for ids.</summary>
    public KeyedQuery ById => _byId ??= By("t.id = k.id", "LIMIT 1");

    public Table<TRow> Long(string name, Func<TRow, long> value) =>
        Add(name, "bigint", Values(NpgsqlDbType.Bigint, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Long(string name, Func<TRow, long?> value) =>
        Add(name, "bigint", Values(NpgsqlDbType.Bigint, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Int(string name, Func<TRow, int> value) =>
        Add(name, "int", Values(NpgsqlDbType.Integer, value), (cells, column, row) => cells.Add(column, (long)value(row)));

    public Table<TRow> Small(string name, Func<TRow, int> value) =>
        Add(
            name, "smallint", Values(NpgsqlDbType.Smallint, row => (short)value(row)),
            (cells, column, row) => cells.Add(column, (long)value(row)));

    public Table<TRow> Flag(string name, Func<TRow, bool> value) =>
        Add(name, "boolean", Values(NpgsqlDbType.Boolean, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Id(string name, Func<TRow, Guid> value) =>
        Add(name, "uuid", Values(NpgsqlDbType.Uuid, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Id(string name, Func<TRow, Guid?> value) =>
        Add(name, "uuid", Values(NpgsqlDbType.Uuid, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Text(string name, Func<TRow, string?> value) =>
        Add(name, "text", Values(NpgsqlDbType.Text, value), (cells, column, row) => cells.Add(column, value(row)));

    /// <summary>Words without blanks, in one array.</summary>
    public Table<TRow> Texts(string name, Func<TRow, IEnumerable<string>> value)
    {
        Add(
            name, "text", Values(NpgsqlDbType.Text, row => string.Join(' ', value(row))),
            (cells, column, row) => cells.Add(column, [.. value(row)]), words => $"string_to_array({words}, ' ')");
        return Mark(column => column with { Sealed = column.Sealed with { Type = "text[]" } });
    }

    public Table<TRow> Word<T>(string name, Func<TRow, T> value)
        where T : struct, Enum => Text(name, row => Words.Of(value(row)));

    public Table<TRow> Word<T>(string name, Func<TRow, T?> value)
        where T : struct, Enum => Text(name, row => value(row) is { } word ? Words.Of(word) : null);

    public Table<TRow> Json(string name, Func<TRow, string?> value) =>
        Add(name, "json", Values(NpgsqlDbType.Json, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Bytes(string name, Func<TRow, ReadOnlyMemory<byte>> value) =>
        Add(
            name, "bytea", Values(NpgsqlDbType.Bytea, row => value(row).ToArray()),
            (cells, column, row) => cells.Add(column, value(row).Span));

    public Table<TRow> Bytes(string name, Func<TRow, ReadOnlyMemory<byte>?> value) =>
        Add(
            name, "bytea", Values(NpgsqlDbType.Bytea, row => value(row)?.ToArray()), (cells, column, row) =>
            {
                if (value(row) is { } bytes)
                    cells.Add(column, bytes.Span);
            });

    public Table<TRow> Day(string name, Func<TRow, DateOnly> value) =>
        Add(name, "date", Values(NpgsqlDbType.Date, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Day(string name, Func<TRow, DateOnly?> value) =>
        Add(name, "date", Values(NpgsqlDbType.Date, value), (cells, column, row) => cells.Add(column, value(row)));

    public Table<TRow> Time(string name, Func<TRow, DateTimeOffset> value) =>
        Add(
            name, "timestamptz", Values(NpgsqlDbType.TimestampTz, row => value(row).UtcDateTime),
            (cells, column, row) => cells.Add(column, value(row).UtcDateTime));

    public Table<TRow> Time(string name, Func<TRow, DateTimeOffset?> value) =>
        Add(
            name, "timestamptz", Values(NpgsqlDbType.TimestampTz, row => value(row)?.UtcDateTime),
            (cells, column, row) => cells.Add(column, value(row)?.UtcDateTime));

    /// <summary>An amount, minor units, and its currency.</summary>
    public Table<TRow> Money(string amount, string currency, Func<TRow, Money?> value) =>
        Long(amount, row => value(row)?.AmountMinor).Text(currency, row => value(row)?.Currency.Code);

    /// <summary>The last column is part of the key, by which rows are updated.</summary>
    public Table<TRow> Key() => Mark(column => column with { Role = Role.Key, Sealed = column.Sealed with { IsKey = true } });

    /// <summary>
    /// Rows are inserted in the order of this column, behind that of those before it: where two slots may meet, conflicts come early
    /// and never in
    /// a circle.
    /// </summary>
    public Table<TRow> Sorted() => Mark(column => column with { IsSorted = true });

    /// <summary>The last column changes: an update writes it as it is now.</summary>
    public Table<TRow> Changes() => Mark(column => column with { Role = Role.Changes });

    /// <summary>The last column is a running total: an update adds to it.</summary>
    public Table<TRow> Adds() => Mark(column => column with { Role = Role.Adds });

    /// <summary>The last column says something of a person and can be erased. It is sealed under the salt of the row.</summary>
    public Table<TRow> Personal() => Mark(column => column with { Sealed = column.Sealed with { IsPersonal = true } });

    /// <summary>No block seals the last column.</summary>
    public Table<TRow> Unsealed() => Mark(column => column with { IsSealed = false });

    /// <summary>Blocks seal the rows.</summary>
    /// <param name="tag">Names the table in a leaf; never given to another.</param>
    public Table<TRow> Seals(byte tag)
    {
        _tag = tag;
        return this;
    }

    /// <summary>The account's salt keys the personal data.</summary>
    /// <param name="column">The column that names the account.</param>
    public Table<TRow> SaltedBy(string column, Func<TRow, AccountId> account)
    {
        _salt = (column, (row, salts) => salts(account(row)));
        return this;
    }

    /// <summary>A salt of the row's own, in its column <c>salt</c>, keys the personal data.</summary>
    public Table<TRow> SaltedBy(Func<TRow, Guid?> salt)
    {
        _salt = (null, (row, _) => salt(row));
        return this;
    }

    /// <summary>The merchant of a row.</summary>
    public MerchantId MerchantOf(TRow row) => _merchant(row);

    /// <summary>Writes the hash of a row as blocks seal it; false where its salt is not known.</summary>
    /// <param name="salts">The salts of accounts, as far as they are known.</param>
    public bool TryHash(TRow row, Func<AccountId, Guid?> salts, RowDigest digest, Span<byte> hash)
    {
        digest.Begin(Name);
        foreach (var column in _columns)
        {
            if (column.IsSealed)
                column.Append(column.Sealed.IsPersonal ? digest.Personal : digest.Cells, column.Sealed.Utf8Name, row);
        }

        return digest.TryEnd(digest.Personal.IsEmpty ? null : _salt?.Of(row, salts), hash);
    }

    /// <summary>A row is read together with columns of another table, where that has a row for it.</summary>
    /// <param name="table">The other table.</param>
    /// <param name="key">The column there that names this row.</param>
    /// <param name="of">The column here that it names.</param>
    /// <param name="columns">The columns to read there, behind the columns here.</param>
    public Table<TRow> Joins(string table, string key, string of, params string[] columns)
    {
        _joined = (table, key, of, columns);
        return this;
    }

    /// <summary>Makes a row of its cells, which come in the order of the columns.</summary>
    public Table<TRow> Reads(Func<Cells, TRow> read)
    {
        _read = read;
        return this;
    }

    /// <summary>A row whose cells are the first ones.</summary>
    public TRow Read(NpgsqlDataReader row) => Read(row, 0);

    /// <summary>A row whose cells start at <paramref name="first"/>.</summary>
    public TRow Read(NpgsqlDataReader row, int first) => _read!(new Cells(row, first));

    /// <summary>The columns to read of a row, with those that are joined to it.</summary>
    public string Of(string row, string joined = "j") =>
        string.Join(", ", ColumnNames.Select(name => $"{row}.{name}").Concat((_joined?.Columns ?? []).Select(name => $"{joined}.{name}")));

    /// <summary>
    /// Finds rows t by ids, named k, with what is joined to them. The limit or offset keeps the planner from reading all rows of a
    /// merchant first.
    /// </summary>
    /// <param name="condition">Which rows t belong to an id k.</param>
    /// <param name="limit">LIMIT 1, where there is one row at most; else OFFSET 0.</param>
    public KeyedQuery By(string condition, string limit) => new($"""
        SELECT {Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT t.* FROM {Name} t
           WHERE t.merchant_id = k.m AND {condition} AND t.merchant_id = ANY($3) {limit}) x
         {(_joined is null ? "" : $"{Join} AND j.merchant_id = ANY($3)")}
        """);

    /// <summary>
    /// Adds new rows. Those of one merchant come through its own row, so that the same statement runs where merchants live on several
    /// nodes. Those of several do not: lanes join by loops, and each merchant would go through the rows of all.
    /// </summary>
    /// <param name="few">Up to how many rows get a statement each.</param>
    public void Insert(NpgsqlBatch batch, long[] merchants, IReadOnlyList<TRow> rows, int few = FewRows) =>
        Write(batch, _insert, InsertStatement, merchants, rows, few, _columns);

    /// <summary>Adds the rows that are new and updates the others.</summary>
    public void Upsert(NpgsqlBatch batch, long[] merchants, IReadOnlyList<TRow> rows, int few = FewRows) =>
        Write(batch, _upsert, UpsertStatement, merchants, rows, few, _columns);

    /// <summary>
    /// Updates rows. For one merchant, the statement asks for the merchant on both sides: for a planner that knows nothing of a table yet,
    /// keys without that look dearer than reading all that the merchant has there.
    /// </summary>
    public void Update(NpgsqlBatch batch, long[] merchants, IReadOnlyList<TRow> rows, int few = FewRows) =>
        Write(batch, _update, UpdateStatement, merchants, rows, few, Updated);

    private List<Column> Updated => _updated ??= _columns.FindAll(column => column.Role != Role.Fixed);

    private IEnumerable<Column> Keys => _columns.Where(column => column.Role == Role.Key);

    private string InsertStatement(Form form)
    {
        if (form == Form.OneRow)
        {
            return $"""
                INSERT INTO {Name} AS t ({Names(_columns, column => column.Name)})
                VALUES ({Names(_columns, column => column.Selected(ParameterOf(_columns, column)))})
                """;
        }

        var sorted = _columns.Where(column => column.IsSorted)
            .Select(column => column.Type == "text" ? $", u.{column.Name} COLLATE \"C\"" : $", u.{column.Name}").ToList();
        var (merchant, from) = form == Form.SeveralMerchants
            ? ("u.merchant_id", Unnested(_columns))
            : ("m.id", $"merchant m JOIN {Unnested(_columns)} ON u.merchant_id = m.id WHERE m.id = ANY($1)");
        return $"""
            INSERT INTO {Name} AS t ({Names(_columns, column => column.Name)})
            SELECT {merchant}, {Names(_columns.Skip(1), column => column.Selected($"u.{column.Name}"))}
              FROM {from}{(sorted.Count == 0 ? "" : $" ORDER BY {merchant}{string.Concat(sorted)}")}
            """;
    }

    private string UpsertStatement(Form form) => $"""
        {InsertStatement(form)}
        ON CONFLICT ({Names(Keys, column => column.Name)}) DO UPDATE SET {Changed(column => $"excluded.{column.Name}")}
        """;

    private string UpdateStatement(Form form) => form == Form.OneRow
        ? $"""
            UPDATE {Name} t SET {Changed(column => ParameterOf(Updated, column))}
             WHERE {string.Join(" AND ", Keys.Select(column => $"t.{column.Name} = {ParameterOf(Updated, column)}"))}
            """
        : $"""
            UPDATE {Name} t SET {Changed(column => $"u.{column.Name}")}
              FROM {Unnested(Updated)}
             WHERE {string.Join(" AND ", Keys.Select(column => $"t.{column.Name} = u.{column.Name}"))}
            {(form == Form.OneMerchant ? " AND t.merchant_id = ANY($1) AND u.merchant_id = ANY($1)" : "")}
            """;

    private string Changed(Func<Column, string> value) => string.Join(", ",
        from column in _columns
        where column.Role is Role.Changes or Role.Adds
        select $"{column.Name} = {(column.Role == Role.Adds ? $"t.{column.Name} + " : "")}{value(column)}");

    private static string ParameterOf(List<Column> columns, Column column) => $"${columns.IndexOf(column) + 1}::{column.Type}";

    private static string Unnested(IReadOnlyCollection<Column> columns)
    {
        var parameters = columns.Select((column, place) => $"${place + 2}::{column.Type}[]");
        return $"unnest({string.Join(", ", parameters)}) u({Names(columns, column => column.Name)})";
    }

    private static string Names(IEnumerable<Column> columns, Func<Column, string> name) => string.Join(", ", columns.Select(name));

    /// <summary>
    /// Adds one statement for all rows, or one for each of a few: a row's own statement takes its values as they are, and PostgreSQL makes
    /// no rows of arrays and joins none.
    /// </summary>
    private void Write(
        NpgsqlBatch batch, string?[] statements, Func<Form, string> statement, long[] merchants, IReadOnlyList<TRow> rows,
        int few, List<Column> columns)
    {
        // Rows with an order of their own come in one statement, which keeps it.
        if (rows.Count <= few && (rows.Count <= 1 || !_columns.Exists(column => column.IsSorted)))
        {
            foreach (var row in rows)
            {
                var one = batch.Statement(Of(Form.OneRow));
                foreach (var column in columns)
                    column.Values.AddOne(one, row);
            }

            return;
        }

        var all = batch.Statement(Of(merchants.Length > 1 ? Form.SeveralMerchants : Form.OneMerchant)).With(merchants);
        foreach (var column in columns)
            column.Values.AddAll(all, rows);

        string Of(Form form) => statements[(int)form] ??= statement(form);
    }

    private static ColumnValues Values<T>(NpgsqlDbType type, Func<TRow, T> value) => new(
        (command, row) => command.With(value(row), type),
        (command, rows) => command.With(rows.ToColumn(value), type | NpgsqlDbType.Array));

    private Table<TRow> Add(
        string name, string type, ColumnValues values, Action<CellBuffer, byte[], TRow> append, Func<string, string>? selected = null)
    {
        _columns.Add(new Column(name, type, values, append)
        {
            Selected = selected ?? (value => value),
            Sealed = new SealedColumn(name, type, $"x.{name}"),
        });
        return this;
    }

    private Table<TRow> Mark(Func<Column, Column> mark)
    {
        _columns[^1] = mark(_columns[^1]);
        return this;
    }

    /// <summary>The forms of a statement that writes rows.</summary>
    private enum Form
    {
        OneRow,
        OneMerchant,
        SeveralMerchants,
    }

    private enum Role
    {
        Fixed,
        Key,
        Changes,
        Adds,
    }

    private sealed record ColumnValues(
        Action<NpgsqlBatchCommand, TRow> AddOne, Action<NpgsqlBatchCommand, IReadOnlyList<TRow>> AddAll);

    private sealed record Column(string Name, string Type, ColumnValues Values, Action<CellBuffer, byte[], TRow> Append)
    {
        /// <summary>The form in which a value is written.</summary>
        public required Func<string, string> Selected { get; init; }

        public required SealedColumn Sealed { get; init; }

        public bool IsSealed { get; init; } = true;

        public Role Role { get; init; }

        public bool IsSorted { get; init; }
    }
}
