using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Host.Cli;
using Spectre.Console;
using Command = Quittance.Core.Engine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>charge</c>: what customers owe.</summary>
internal static class ChargeCommands
{
    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "A CSV file in UTF-8 with a header line, of commas or semicolons. Columns: account, amount, currency, reference; "
            + "and optional due_on or due (yyyy-MM-dd), label, document, description, order, order_number. Other columns are not read, "
            + "and named",
    };

    public static System.CommandLine.Command Charge()
    {
        var charge = new System.CommandLine.Command("charge", "Customers' debts")
        {
            ListCommands.OfCharges(),
            CommandMaker.OfMerchant(
                "import", "Raise charges from a CSV file; safe to repeat, because each reference is raised once",
                ImportAsync, File, Options.Api),
        };
        foreach (var correction in CorrectionCommands.OfCharge)
            charge.Add(correction);
        return charge;
    }

    private static async Task ImportAsync(Run run)
    {
        var file = run.Required(File);
        if (!file.Exists)
            throw new CommandException($"There is no file {file.FullName}.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        using var text = file.OpenText();
        var import = new ChargeImport(
            run.StartEngine(), run.By(merchant, "charge.import", file.Name), run.Api(), run.Clock, await run.TodayAsync(books, merchant));
        var result = await Terminal.WithBarAsync(
            "Raising charges", bar => import.RunAsync(text, bytes => bar.Report(bytes / (double)Math.Max(1, file.Length)), run.Cancel));

        if (result.Unread.Count > 0)
            Terminal.Say($"[yellow]![/] Columns that are not read: {string.Join(", ", result.Unread)}");
        foreach (var (line, problem) in result.Problems)
            Terminal.Say($"[red]✗[/] line {line}: {problem}");
        var refused = result.Problems.Count;
        run.ExitCode = refused == 0 ? 0 : 1;
        var mark = refused == 0 ? "✓" : "✗";
        run.Print(
            new
            {
                result.Raised,
                result.Repeated,
                Refused = refused,
                Problems = result.Problems.Select(problem => new { problem.Line, problem.Problem }),
                result.Unread,
            },
            $"{mark} Lines taken in: [bold]{result.Raised}[/]; there already: {result.Repeated}; refused: {refused}.");
    }
}

/// <summary>What became of the lines of a file of charges.</summary>
/// <param name="Unread">The names of columns that have no meaning here, as the header has them.</param>
internal sealed record ChargesRaised(
    long Raised, long Repeated, IReadOnlyList<(long Line, string Problem)> Problems, IReadOnlyList<string> Unread);

/// <summary>
/// Raises charges from CSV. Each line stands for itself: a faulty one stops no other, and a line that was taken in before
/// is known by its reference. The label <c>earmarked</c> asks a deposit for an order instead of raising a charge.
/// </summary>
internal sealed class ChargeImport(PaymentEngine engine, Origin origin, Api api, TimeProvider clock, DateOnly today)
{
    private const int InFlight = 1024;
    private const int MaxLength = 255;
    private const string Deposit = "earmarked";

    private static readonly string[] Required = ["account", "amount", "currency", "reference"];

    /// <summary>The optional ones; the due day also by the name that the API has for it.</summary>
    private static readonly string[] Optional =
        ["due_on", "due", "label", "document", "description", "order", "order_number"];

    private readonly List<(long Line, string Problem)> _problems = [];
    private readonly Queue<(long Line, Task<Outcome> Outcome)> _sent = new();
    private readonly MerchantId _merchant = origin.Merchant;
    private long _raised;
    private long _repeated;

    /// <summary>Reads to the end and waits for every outcome.</summary>
    /// <returns>What became of the lines, and the columns that have no meaning here.</returns>
    public async Task<ChargesRaised> RunAsync(TextReader text, Action<long> progress, CancellationToken cancel)
    {
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            DetectDelimiter = true,
            GetDelimiter = file => CsvDelimiter.Of(file.Text).ToString(),
            CountBytes = true,
            Encoding = Encoding.UTF8,
            PrepareHeaderForMatch = header => header.Header.ToLowerInvariant(),
            BadDataFound = null,
            MissingFieldFound = null,
        });
        if (!await csv.ReadAsync() || !csv.ReadHeader())
            throw new CommandException("The file is empty.");
        foreach (var column in Required)
        {
            if (!csv.HeaderRecord!.Contains(column, StringComparer.OrdinalIgnoreCase))
                throw new CommandException($"The header line has no column {column}.");
        }

        string[] unread = [.. csv.HeaderRecord!.Except([.. Required, .. Optional], StringComparer.OrdinalIgnoreCase)];
        while (await csv.ReadAsync())
        {
            cancel.ThrowIfCancellationRequested();
            if (CommandOf(csv) is { } command)
                _sent.Enqueue((csv.Parser.RawRow, engine.SubmitAsync(command, patient: true)));
            while (_sent.Count >= InFlight)
                await TakeAsync();
            progress(csv.Parser.ByteCount);
        }

        while (_sent.Count > 0)
            await TakeAsync();
        return new ChargesRaised(_raised, _repeated, _problems, unread);
    }

    private async Task TakeAsync()
    {
        var (line, sent) = _sent.Dequeue();
        var outcome = await sent;
        if (!outcome.Accepted)
            _problems.Add((line, CommandException.ReasonOf(outcome)));
        else if (outcome.Replayed)
            _repeated++;
        else
            _raised++;
    }

    private Command? CommandOf(CsvReader csv)
    {
        var line = csv.Parser.RawRow;
        var account = Field(csv, "account");
        var reference = Field(csv, "reference");
        if (csv.Parser.Record!.Any(field => field.Length > MaxLength))
            return Problem(line, $"no column may have more than {MaxLength} characters");
        if (account is null || reference is null)
            return Problem(line, "account and reference must not be empty");
        if (!api.MayName(account) || !api.MayName(reference))
            return Problem(line, $"account and reference must be {api.NameRule}");
        foreach (var column in (string[])["document", "order", "order_number"])
        {
            if (Field(csv, column) is { } name && !OneLine.IsName(name))
                return Problem(line, $"{column} must be {OneLine.Rule}");
            if (Field(csv, column) is { } given && Reference.IsLikeId(api.Dialect, given))
                return Problem(line, $"{column} must be a name {Reference.NoIdRule}");
        }

        if (!Currency.TryParse(Field(csv, "currency"), out var currency))
            return Problem(line, "currency must be an ISO 4217 code in capitals, such as USD");
        if (AmountMinor(csv, currency) is not { } amountMinor)
            return Problem(line, $"amount must be a number above 0 with at most {currency.MinorUnits} decimals, such as 12.50");
        var dueOn = today;
        if ((Field(csv, "due_on") ?? Field(csv, "due")) is { } due && !DayWindow.TryRead(due, out dueOn))
            return Problem(line, $"due_on must be a date such as 2027-01-31, {DayWindow.Rule}");
        if (Field(csv, "order") is not null && api.Order is null)
            return Problem(line, $"{api.Dialect} has no orders");

        var order = OrderOf(csv);
        var target = AccountTarget.Named(Named(api.AccountKind(account), account));
        var label = Field(csv, "label")?.ToLowerInvariant() ?? RaiseCharge.Bill;
        // The reference is the key: the same line again is recognised, another line with this reference is refused.
        var key = new KeyUse(new RequestKey(_merchant, $"charge import {api.Dialect}", reference, 0), HashOf(csv), Expires: false);
        if (label == Deposit && order is null)
            return Problem(line, "a deposit needs an order");
        if (label == Deposit)
            return new AskDeposit(origin, target, order!, new Money(amountMinor, currency)) { Key = key };
        return new RaiseCharge(origin, target, new ChargeId(_merchant, NewId()), new Money(amountMinor, currency), dueOn)
        {
            Label = label,
            Reference = Named(api.ChargeKind(reference), reference),
            ReferenceNumber = api.NumberOf(reference),
            Document = Field(csv, "document") is { } document ? Named(api.DocumentKind ?? api.ChargeKind(document), document) : null,
            Description = Field(csv, "description") is { } description ? OneLine.ForPeople(description) : null,
            Order = order,
            Key = key,
        };
    }

    private static long? AmountMinor(CsvReader csv, Currency currency) =>
        DecimalNumber.TryParse(Field(csv, "amount") ?? "", out var number)
        && number.TryToMinor(currency, out var amountMinor) == AmountFault.None && amountMinor > 0
            ? amountMinor
            : null;

    private OrderNaming? OrderOf(CsvReader csv)
    {
        if (api.Order is not { } kinds || Field(csv, "order") is not { } id)
            return null;
        List<Reference> names = [Named(kinds.Id, id)];
        if (Field(csv, "order_number") is { } number)
            names.Add(Named(kinds.Number, number));
        return new OrderNaming(new OrderId(_merchant, NewId()), names);
    }

    private Command? Problem(long line, string problem)
    {
        _problems.Add((line, problem));
        return null;
    }

    private Reference Named(string kind, string value) => new(_merchant, api.Dialect, kind, value);

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());

    private static byte[] HashOf(CsvReader csv) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', csv.Parser.Record!)));

    private static string? Field(CsvReader csv, string column) =>
        csv.TryGetField<string>(column, out var value) && OneLine.WithoutMarks(value ?? "") is { Length: > 0 } plain ? plain : null;
}
