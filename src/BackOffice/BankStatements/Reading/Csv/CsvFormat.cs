using System.Text.Json;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>
/// Reads a bank's table by what a person has said of its columns: they get the names that every reader of CSV knows, and the rules for
/// signs, days and balances stay the same.
/// </summary>
public static class CsvFormat
{
    // Neither a known name nor an empty one, which may be a direction.
    private const string Unread = "-";

    private static readonly Dictionary<string, char> DecimalSigns = new() { ["point"] = '.', ["comma"] = ',' };

    private static readonly string[] Members = ["columns", "days", "decimal", "currency", "account"];

    /// <summary>The header of a file that one of the formats fits, with known names; null where none does.</summary>
    internal static async Task<CsvHeader?> HeaderAsync(StreamReader text, Findings found, CancellationToken cancel)
    {
        found.Follow(null);
        var (formats, account) = (found.Options.Formats, found.Options.Account);
        if (formats.Count == 0 || found.Options.Source == StatementSource.Payout)
            return null;
        var header = await CsvTable.HeaderAsync(text, columns => formats.Any(format => format.Fits(columns)), cancel);
        if (header is null && formats.Any(format => format.IsWithoutHeader)
            && await CsvLayout.HeaderAsync(text, cancel) is null
            && await CsvFirstRows.OfAsync(text, cancel) is { } first)
        {
            formats = [.. formats.Where(first.Fit)];
            header = formats.Count == 0 ? null : first.Header;
        }

        if (header is null)
            return null;
        var fitting = formats.Where(format => format.Fits(header.Columns) && IsOf(format, account)).ToList();
        if (fitting.Count > 1)
            found.Refuse(header.Line, null, "files of several of your bank accounts look so: say which account it is");
        if (fitting.Count == 0)
            return null;
        found.Follow(fitting[0]);
        return header with { Columns = [.. fitting[0].Columns.Select(NameOf)] };
    }

    private static bool IsOf(StatementFormat format, string? account) => account is null || format.Account is null
        || CsvStatementReader.KeyOf(format.Account) == CsvStatementReader.KeyOf(account);

    private static string NameOf(FormatColumn column)
    {
        var name = column.Use switch
        {
            ColumnUse.Unread => Unread,
            ColumnUse.BookedOn => CsvColumns.BookedOn.Name,
            ColumnUse.ValueOn => CsvColumns.ValueOn.Name,
            ColumnUse.Amount => CsvColumns.Amount.Name,
            ColumnUse.PaidOut => CsvColumns.PaidOut.Name,
            ColumnUse.PaidIn => CsvColumns.PaidIn.Name,
            ColumnUse.Direction => CsvColumns.Direction.Name,
            ColumnUse.Currency => CsvColumns.Currency.Name,
            ColumnUse.Counterparty => CsvColumns.Counterparty.Name,
            ColumnUse.CounterpartyAccount => CsvColumns.CounterpartyAccount.Name,
            ColumnUse.Remittance => CsvColumns.Remittance.Name,
            ColumnUse.EndToEnd => CsvColumns.EndToEnd.Name,
            ColumnUse.BankReference => CsvColumns.BankReference.Name,
            ColumnUse.Account => CsvColumns.Account.Name,
            ColumnUse.Balance => CsvColumns.Balance.Name,
            ColumnUse.Status => CsvColumns.Status.Name,
            ColumnUse.Fee => CsvColumns.Fees.Name,
        };
        // A bank that names the currency in its column is not overruled by a word.
        return column.Use is ColumnUse.Amount or ColumnUse.PaidOut or ColumnUse.PaidIn
            && CsvColumns.CurrencyOf(column.Name) is { Code: var code } ? $"{name} ({code})" : name;
    }

    /// <summary>Reads a format from JSON, as a person writes it into a file.</summary>
    /// <returns>The format, or the problem.</returns>
    public static (StatementFormat? Format, string? Problem) Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement)
                : (null, "a format is an object in JSON");
        }
        catch (JsonException wrong)
        {
            return (null, $"it is no JSON: line {wrong.LineNumber + 1}");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            return (null, "a text of it has half of a character");
        }
    }

    /// <summary>A format in JSON, as <see cref="Read(string)"/> reads it.</summary>
    public static string Write(StatementFormat format)
    {
        var members = new JsonObject
        {
            ["columns"] = new JsonArray([.. format.Columns.Select(column => new JsonObject
            {
                ["name"] = column.Name,
                ["use"] = EnumWords.Of(column.Use),
            })]),
        };
        if (format.Order is { } order)
            members["days"] = EnumWords.Of(order);
        if (format.DecimalSign is { } sign)
            members["decimal"] = DecimalSigns.First(one => one.Value == sign).Key;
        if (format.Currency is { } currency)
            members["currency"] = currency.Code;
        if (format.Account is { } account)
            members["account"] = account;
        return members.ToJsonString();
    }

    /// <summary>Whether files of two formats look the same, and may be of one bank account.</summary>
    internal static bool MayBeOfSame(StatementFormat one, StatementFormat other) => one.LooksLike(other) && IsOf(one, other.Account);

    private static (StatementFormat? Format, string? Problem) Read(JsonElement root)
    {
        if (root.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !Members.Contains(name)) is { } other)
            return (null, $"there is no member '{other}': there are {string.Join(", ", Members)}");
        if (!root.TryGetProperty("columns", out var all) || all.ValueKind != JsonValueKind.Array)
            return (null, "columns: a list of columns, each with its name and its use");
        List<FormatColumn> columns = [];
        foreach (var one in all.EnumerateArray())
        {
            if (TextOf(one, "name") is not { } name)
                return (null, $"columns, {columns.Count + 1}: the name is missing");
            if (EnumWords.Find<ColumnUse>(TextOf(one, "use")) is not { } use)
                return (null, $"columns, '{name}': the use is one of {string.Join(", ", EnumWords.All<ColumnUse>())}");
            columns.Add(new FormatColumn(name.Trim(), use));
        }

        var order = EnumWords.Find<DayOrder>(TextOf(root, "days"));
        if (order is null && root.TryGetProperty("days", out _))
            return (null, $"days: one of {string.Join(", ", EnumWords.All<DayOrder>())}");
        char? sign = DecimalSigns.TryGetValue(TextOf(root, "decimal") ?? "", out var known) ? known : null;
        if (sign is null && root.TryGetProperty("decimal", out _))
            return (null, $"decimal: one of {string.Join(", ", DecimalSigns.Keys)}");
        if (!Currency.TryParse(TextOf(root, "currency"), out var currency) && root.TryGetProperty("currency", out _))
            return (null, "currency: an ISO 4217 code in capitals, such as EUR");
        if (TextOf(root, "account") is not { Length: > 0 } account)
        {
            account = null;
            if (root.TryGetProperty("account", out _))
                return (null, "account: the number of your bank account");
        }

        var format = new StatementFormat(columns)
        {
            Order = order,
            DecimalSign = sign,
            Currency = currency,
            Account = account,
        };
        return format.Problem is { } problem ? (null, problem.Text) : (format, null);
    }

    private static string? TextOf(JsonElement holder, string member) => holder.ValueKind == JsonValueKind.Object
        && holder.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
