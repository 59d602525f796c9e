using System.Reflection;
using System.Text.RegularExpressions;
using Quittance.Storage.Rows;
using Quittance.Tests.Running;

namespace Quittance.Tests.Rows;

/// <summary>A column of the engine's tables is said in the schema and in <see cref="Tables"/>, beside the reader of its row.</summary>
public sealed partial class ColumnsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly string Source = Path.Combine(RunningProgram.Solution, "src");

    // By these the lanes find rows and sum them. They know no others, so that a new column is none of their business.
    private static readonly string[] OfLanes =
    [
        "account", "account_id", "allocated_minor", "amount_minor", "attempt_id", "charge_id", "collection_id", "credential_id",
        "credit_id",
        "credited_minor", "currency", "debit_id", "dialect", "due_on", "holder_id", "id", "is_live", "key", "kind", "line",
        "merchant_id", "merged_from_id", "moved_from_id", "number", "object_id", "order_id", "payment_id", "provider", "purpose", "scope",
        "sequence", "salt", "settles_id",
        "share_of", "slot", "standing", "status", "subject_id", "taken_by", "type", "value", "verb",
        "written_off_minor",
    ];

    // The rooms whose SQL names tables and columns of the engine: the tables themselves, the lanes and the seals by keys alone, and the
    // rooms that read the books by statements of their own. A new column is none of the business of any other room.
    private static readonly string[] Rooms =
    [
        "Storage/Backlog.cs", "Storage/Console", "Storage/Debits", "Storage/Dues", "Storage/Erasing.cs", "Storage/Exporting",
        "Storage/KeptKeys.cs", "Storage/Lanes", "Storage/Mails", "Storage/Moments", "Storage/Overdue", "Storage/Providers",
        "Storage/Pruning.cs",
        "Storage/Reading", "Storage/Reports", "Storage/Rows", "Storage/Sealing", "Storage/Settlements", "Storage/Tenancy", "Storage/Vault",
        "Storage/Verification", "Storage/Visits", "Storage/Webhooks",
    ];

    [Fact]
    public void Lanes_NameOnlyTheColumnsByWhichTheyFindRows()
    {
        var lanes = string.Concat(Directory.EnumerateFiles(Path.Combine(Source, "Storage", "Lanes"), "*.cs").Select(File.ReadAllText));
        var named = OfTables().SelectMany(table => table.Columns).Distinct()
            .Where(column => Regex.IsMatch(lanes, $@"\b\w\.{column}\b", RegexOptions.None, Patience));

        Assert.Empty(named.Except(OfLanes));
    }

    [Fact]
    public void Rows_AreWrittenByTheTables()
    {
        // Lines come with their statement, an erasure takes away what names a person, a new data key seals everything anew, a number that
        // a payment under way still needs becomes that payment's, and what is changed beside the engine keeps the key of its request.
        string[] others =
        [
            "StatementImports.cs statement", "StatementImports.cs settlement_line", "Statements.cs settlement_line",
            "LineTexts.cs settlement_line", "Retention.cs instrument", "DataKeyReplacement.cs vault_entry", "KeptKeys.cs kept_answer",
            "UsedNumbers.cs vault_entry", "UndoneStatements.cs statement",
        ];
        var tables = OfTables().Select(table => table.Name).ToHashSet();

        var written =
            from file in Files()
            where Path.GetFileName(file) != "Erasing.cs"
            from Match statement in Writing().Matches(File.ReadAllText(file))
            where tables.Contains(statement.Groups["table"].Value)
            select $"{Path.GetFileName(file)} {statement.Groups["table"].Value}";

        Assert.Equal(others.Order(StringComparer.Ordinal), written.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NoStatement_ListsTheColumnsOfARow()
    {
        var beginnings = OfTables().Where(table => table.Columns is ["merchant_id", "id", _, ..])
            .Select(table => $@"\b(\w)\.merchant_id, \1\.id, \1\.{table.Columns[2]}\b").ToList();

        Assert.DoesNotContain(Files(), file =>
            beginnings.Exists(columns => Regex.IsMatch(File.ReadAllText(file), columns, RegexOptions.None, Patience)));
    }

    [Fact]
    public void Columns_AreNamedWhereTheBooksAreRead_AndNowhereElse()
    {
        var columns = new Regex(
            $@"\b[a-z][a-z0-9]?\.({string.Join('|', OfTables().SelectMany(table => table.Columns).Distinct())})\b", RegexOptions.None,
            Patience);
        var tables = new Regex(
            $@"\b(FROM|JOIN|INTO|UPDATE) ({string.Join('|', OfTables().Select(table => table.Name).Distinct())})\b", RegexOptions.None,
            Patience);

        var rooms =
            from file in Sources()
            let text = File.ReadAllText(file)
            where columns.IsMatch(text) || tables.IsMatch(text)
            select RoomOf(file);

        Assert.Equal(Rooms.Order(StringComparer.Ordinal), rooms.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Columns_AreInTheSchema()
    {
        var schema = string.Concat(
            Directory.EnumerateFiles(Path.Combine(Source, "Storage", "Schema"), "*.sql").Order().Select(File.ReadAllText));

        Assert.Empty(
            from table in OfTables()
            let begin = schema.IndexOf($"CREATE TABLE {table.Name} (", StringComparison.Ordinal)
            let whole = begin < 0 ? "" : schema[begin..schema.IndexOf("\n)", begin, StringComparison.Ordinal)]
            from column in table.Columns
            where !Regex.IsMatch(whole, $@"^\s+{column}\s", RegexOptions.Multiline, Patience)
            select $"{table.Name}.{column}");
    }

    private static string RoomOf(string file) =>
        string.Join('/', Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar).Take(2));

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Source, "*.*", SearchOption.AllDirectories).Where(file =>
            Path.GetExtension(file) is ".cs" or ".razor"
            && !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin"));

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path.Combine(Source, "Storage"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"));

    private static IEnumerable<(string Name, string[] Columns)> OfTables() =>
        from field in typeof(Tables).GetFields(BindingFlags.Public | BindingFlags.Static)
        where !field.IsLiteral
        let table = field.GetValue(null)!
        select (Of<string>(table, "Name"), Of<IEnumerable<string>>(table, "ColumnNames").ToArray());

    private static T Of<T>(object table, string property) => (T)table.GetType().GetProperty(property)!.GetValue(table)!;

    [GeneratedRegex(@"(INSERT INTO|UPDATE) (?<table>\w+)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Writing();
}
