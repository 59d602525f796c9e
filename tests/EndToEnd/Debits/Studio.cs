using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Debits;

/// <summary>A studio whose members pay by direct debit. It gives the files to its bank by hand.</summary>
internal sealed class Studio : IDisposable
{
    public const string OwnIban = "DE89370400440532013000";
    public const string Creditor = "DE98ZZZ09999999999";
    public const string SwissCreditor = "41101000001021371";

    private static readonly string[] Ibans =
        ["DE02120300000000202051", "AT611904300234573201", "NL91ABNA0417164300", "FR1420041010050500013M02606"];

    private readonly BooksFixture _books;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-studio-");
    private int _members;

    private Studio(BooksFixture books, Biller biller) => (_books, Biller) = (books, biller);

    public Biller Biller { get; }

    public MerchantId Merchant => Biller.Merchant;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The currency of its fees.</summary>
    public string Currency { get; private init; } = "EUR";

    /// <summary>A studio whose bank account is at PostFinance.</summary>
    public static async Task<Studio> OpenSwissAsync(BooksFixture books)
    {
        var studio = new Studio(books, await Biller.OpenAsync(books)) { Currency = "CHF" };
        await studio.CollectAsync(
            "account", "--flavour", "swiss", "--iban", "CH2909000000250094239", "--name", "Studio Zürich", "--creditor", SwissCreditor);
        return studio;
    }

    public static async Task<Studio> OpenAsync(BooksFixture books)
    {
        var studio = new Studio(books, await Biller.OpenAsync(books));
        await studio.CollectAsync("account", "--iban", OwnIban, "--name", "Studio Süd", "--creditor", Creditor);
        return studio;
    }

    /// <summary>Runs a command of <c>collect</c> that does what it is asked, and returns what it tells programs.</summary>
    public async Task<JsonNode> CollectAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(["collect", .. arguments]);
        Assert.True(exitCode == 0, $"{output}{error}");
        return JsonNode.Parse(output)!;
    }

    /// <summary>Runs a command of <c>collect</c> that refuses, and returns what it says.</summary>
    public async Task<string> RefusedAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(["collect", .. arguments]);
        Assert.True(exitCode != 0, output);
        return error.ReplaceLineEndings(" ");
    }

    /// <summary>Runs a command as people do, and not programs.</summary>
    public Task<(int ExitCode, string Output, string Error)> RunForPeopleAsync(params string[] arguments) => RunningProgram.RunAsync(
        [.. arguments, "--merchant", $"{Merchant.Value}", "--database", _books.ConnectionString]);

    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunningProgram.RunAsync(
        [.. arguments, "--json", "--merchant", $"{Merchant.Value}", "--database", _books.ConnectionString]);

    /// <summary>A member whose mandate lets the studio debit a bank account, and who owes a fee. The fee is asked for by a debit.</summary>
    public async Task<Member> DebitAsync(string amount, Mandate? mandate = null, string? iban = null)
    {
        var account = await Biller.CustomerAsync(Currency);
        var fee = await Biller.OwingAsync(account, amount, Currency);
        var instrument = await RegisterAsync(
            account, iban ?? Ibans[_members++ % Ibans.Length],
            mandate ?? new Mandate($"M-{Biller.NewText()}", MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active));
        return await PayAsync(new Member(account, fee, instrument, Guid.Empty, 0), amount);
    }

    /// <summary>Asks for a fee by a debit.</summary>
    public async Task<Member> PayAsync(Member member, string amount)
    {
        var paid = await Biller.PostAsync(Biller.Payments, new JsonObject
        {
            ["account"] = member.Account,
            ["amount"] = Biller.Euro(amount, Currency),
            ["instrument"] = member.Instrument,
            ["charges"] = new JsonArray(member.Fee),
        });
        Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);
        var id = (Guid)paid.Json["id"]!;
        return member with { Payment = id, Number = (long)(await ScalarAsync("SELECT number FROM payment WHERE id = $1", id))! };
    }

    /// <summary>A customer who has paid by a transfer, and whose bank account the studio knows where one is named.</summary>
    public async Task<Member> TransferredAsync(string amount, string? iban = null)
    {
        var account = await Biller.CustomerAsync();
        if (iban is not null)
        {
            await RegisterAsync(
                account, iban,
                new Mandate($"M-{Biller.NewText()}", MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active));
        }

        var id = new PaymentId(Merchant, Guid.Parse(Biller.NewText()));
        var paid = await _books.Engine.SubmitAsync(new RecordPayment(
            new Origin(Merchant, 0, Guid.Parse(Biller.NewText())),
            AccountTarget.Named(new Reference(Merchant, "quittance", "account", account)), id, Reference.House)
        {
            Amount = new Money((long)(decimal.Parse(amount, CultureInfo.InvariantCulture) * 100), Core.Currency.Parse("EUR")),
            ReceivedBy = ClearingProvider.BankTransfer,
            Method = PaymentMethod.BankAccountTransfer,
        });
        Assert.True(paid.Accepted, string.Join(", ", paid.Faults));
        return new Member(
            account, "", "", id.Value, (long)(await ScalarAsync("SELECT number FROM payment WHERE id = $1", id.Value))!);
    }

    /// <summary>Gives money of a payment back. Returns the refund.</summary>
    public async Task<GivenBack> RefundAsync(Member member, string amount)
    {
        var report = await Biller.PostAsync(
            $"{Biller.Payments}/{member.Payment}/refund", new JsonObject { ["amount"] = Biller.Euro(amount) });
        Assert.True(report.Status == HttpStatusCode.Created, report.Text);
        var (id, attempt) = ((Guid)report.Json["id"]!, "SELECT attempt_id FROM refund WHERE id = $1");
        return new GivenBack(
            id, (long)(await ScalarAsync("SELECT number FROM refund WHERE id = $1", id))!,
            Debit.NameOf(new AttemptId(Merchant, (Guid)(await ScalarAsync(attempt, id))!)));
    }

    public async Task<string> StatusOfAsync(GivenBack refund) =>
        (string)(await ScalarAsync("SELECT status FROM refund WHERE id = $1", refund.Id))!;

    /// <summary>Builds, releases and hands out a collection. Returns its number and its file.</summary>
    /// <param name="how">Options of the building.</param>
    public async Task<(string Number, XDocument File)> CollectAllAsync(params string[] how)
    {
        var number = $"{(await CollectAsync(["run", .. how]))["collection"]!["number"]}";
        await CollectAsync("release", number);
        return (number, await HandOutAsync(number));
    }

    public async Task<XDocument> HandOutAsync(string number, params string[] more)
    {
        var path = PathOf($"{Biller.NewText()}.xml");
        await CollectAsync(["file", number, "--to", path, .. more]);
        return XDocument.Load(path);
    }

    /// <summary>The name of the member's debit towards all banks.</summary>
    public string NameOf(Member member) => Debit.NameOf(AttemptId.Of(new PaymentId(Merchant, member.Payment), Verb.Capture, 1));

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public Task<object?> ScalarAsync(string sql, params object[] values) => _books.ScalarAsync(sql, values);

    public async Task<string> StatusOfAsync(Member member) =>
        (string)(await Biller.GetAsync($"{Biller.Payments}/{member.Payment}")).Json["status"]!;

    /// <summary>
    /// Asserts that a preview or a run leaves one debit out, with the reason. The server looks for such debits by itself, and may have
    /// ended it before.
    /// </summary>
    public static void AssertLeftOutOrEnded(JsonNode answer, Member member, string why)
    {
        if (answer["leftOut"]!.AsArray() is not [{ } left])
        {
            Assert.Empty(answer["leftOut"]!.AsArray());
            return;
        }

        Assert.Equal(member.Number, (long)left["payment"]!);
        Assert.Contains(why, (string)left["why"]!, StringComparison.Ordinal);
    }

    public async Task<decimal> OpenOfAsync(Member member) =>
        decimal.Parse((await Biller.OpenOfAsync(member.Fee))[0], CultureInfo.InvariantCulture);

    public Task AssertCleanAsync() => _books.AssertBooksAreCleanAsync(Merchant);

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string> RegisterAsync(string account, string iban, Mandate mandate)
    {
        var id = new InstrumentId(Merchant, Guid.Parse(Biller.NewText()));
        var secret = new IbanAccount(Iban.Parse(iban), null, "Jürgen Groß");
        var outcome = await _books.Engine.SubmitAsync(new RegisterInstrument(
            new Origin(Merchant, 0, Guid.Parse(Biller.NewText())),
            AccountTarget.Named(new Reference(Merchant, "quittance", "account", account)), id,
            new Reference(Merchant, "quittance", "instrument", $"{id.Value}"), PaymentMethod.BankAccountDebit, secret.Masked)
        {
            Holding = new Holding(new Vaulted("bank", secret.Shown, mandate), await _books.Vault.SealAsync(id, secret, Cancel)),
        });
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
        return $"{id.Value}";
    }
}

/// <summary>A refund of a studio.</summary>
/// <param name="Name">The name of its transfer towards all banks.</param>
internal sealed record GivenBack(Guid Id, long Number, string Name);

/// <summary>A member of a studio.</summary>
/// <param name="Fee">The charge.</param>
/// <param name="Payment">The payment that asks for it.</param>
/// <param name="Number">The payment's number.</param>
internal sealed record Member(string Account, string Fee, string Instrument, Guid Payment, long Number);
