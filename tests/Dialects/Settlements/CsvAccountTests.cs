using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>
/// Of two bank accounts, one is the statement's own and the other one is the payer's: who takes one for the other proposes the money of one
/// customer for another.
/// </summary>
public sealed class CsvAccountTests
{
    private const string Swiss = "CH9300762011623852957";
    private const string German = "DE02120300000000202051";

    private static async Task<ReadFile> TryAsync(string text, string? account, string currency = "EUR")
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await StatementFile.ReadAsync(
            file, new ReadingOptions { Account = account, Currency = Currency.Parse(currency) }, TestContext.Current.CancellationToken);
    }

    private static async Task<ReadStatement> ReadAsync(string text, string? account, string currency = "EUR")
    {
        var read = await TryAsync(text, account, currency);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }

    private static async Task IsRefusedAsync(string text, string? account, string because)
    {
        var read = await TryAsync(text, account);
        Assert.Contains(read.Faults, fault => fault.ToString().Contains(because, StringComparison.Ordinal));
        Assert.True(read.AsksForColumns);
    }

    private static string?[] OthersOf(ReadStatement statement) => [.. statement.Lines.Select(line => line.CounterpartyAccount)];

    /// <summary>Raiffeisen in Switzerland names the merchant's own account in each row.</summary>
    [Theory]
    [InlineData(Swiss)]
    [InlineData("CH93 0076 2011 6238 5295 7")]
    [InlineData(null)]
    public async Task IbanThatAllRowsShare_IsTheStatementsOwn(string? account)
    {
        const string Rows =
            $"IBAN;Booked At;Text;Credit/Debit Amount;Balance;Valuta Date\n"
            + $"{Swiss};2027-11-05 00:00:00.0;Gutschrift Anna Bell November;120;1120;2027-11-05 00:00:00.0\n"
            + $"{Swiss};2027-11-08 00:00:00.0;Gutschrift Jonas Weber Training;35.5;1155.5;2027-11-08 00:00:00.0\n";

        var statement = await ReadAsync(Rows, account, "CHF");

        Assert.Equal((string?[])[null, null], OthersOf(statement));
        Assert.Equal((Swiss, 120_00L, 35_50L), (statement.AccountKey, statement.Lines[0].AmountMinor, statement.Lines[1].AmountMinor));
    }

    [Fact]
    public async Task IbanThatAllRowsShare_BesideSeveralPayers_IsTheStatementsOwn() => Assert.Equal(
        (string?[])[null, null], OthersOf(await ReadAsync(
            $"Date;Name;IBAN;Text;Amount\n2027-11-05;Anna;{German};a;1,00\n2027-11-06;Jonas;{German};b;2,00\n", account: null)));

    /// <summary>A payer who paid twice, and one who paid once.</summary>
    [Theory]
    [InlineData("Name;", "Anna;", "Anna;")]
    [InlineData("Name;", "Anna;", "Jonas;")]
    [InlineData("Nom de la contrepartie;", "Anna;", "Anna;")]
    [InlineData("Nom de la contrepartie;", "Anna;", "Jonas;")]
    public async Task IbanOfAPayer_IsThePayers(string column, string one, string other)
    {
        Assert.Equal((string?[])[German, German], OthersOf(await ReadAsync(
            $"Date;{column}IBAN;Text;Amount\n2027-11-05;{one}{German};a;1,00\n2027-11-06;{other}{German};b;2,00\n", Camt.Iban)));
        Assert.Equal((string?[])[German], OthersOf(await ReadAsync($"Date;IBAN;Text;Amount\n2027-11-05;{German};a;1,00\n", Camt.Iban)));
    }

    [Fact]
    public Task IbanThatAllRowsShare_WithoutAPayer_AndAnotherThanTheOneThatWasSaid_IsRefused() => IsRefusedAsync(
        $"Date;IBAN;Text;Amount\n2027-11-05;{German};a;1,00\n2027-11-06;{German};b;2,00\n", Camt.Iban,
        "line 2, IBAN: this is another account");

    /// <summary>Where another column has the payers' accounts, the IBAN is the statement's own.</summary>
    [Theory]
    [InlineData("Counterparty IBAN", null)]
    [InlineData("Counterparty IBAN", German)]
    [InlineData("Tegenrekening", null)]
    [InlineData("Rekening tegenpartij", null)]
    [InlineData("Compte contrepartie", German)]
    [InlineData("counterparty_account", null)]
    public async Task IbanBesideAColumnOfPayersAccounts_IsTheStatementsOwn(string column, string? account)
    {
        foreach (var rows in (string[])["", $"2027-11-06;Jonas;{German};;b;2,00\n"])
        {
            var statement = await ReadAsync(
                $"Date;Name;IBAN;{column};Text;Amount\n2027-11-05;Anna;{German};{Swiss};a;1,00\n{rows}", account);

            Assert.Equal((German, Swiss), (statement.AccountKey, statement.Lines[0].CounterpartyAccount));
        }
    }

    /// <summary>Of who paid and who was paid, one is the merchant: two names are one payer's.</summary>
    [Theory]
    [InlineData("Stripe;Studio", "Studio;Stripe", null)]
    [InlineData("Anna;Studio", "Jonas;Studio", German)]
    public async Task IbanBesideWhoPaidAndWhoWasPaid_IsThePayersWhereThereIsOne(
        string one, string other, string? own)
    {
        var read = await TryAsync(
            "Datum;Zahlungspflichtige*r;Zahlungsempfänger*in;Verwendungszweck;IBAN;Betrag\n"
                + $"05.11.2027;{one};a;{German};1,00\n06.11.2027;{other};b;{German};-2,00\n", account: null);

        Assert.Equal(own is null, read.AsksForColumns);
        if (own is not null)
            Assert.Equal(own, Assert.Single(read.Statements).AccountKey);
    }

    /// <summary>A word in the place of an account is no account that payers share.</summary>
    [Theory]
    [InlineData("NOTPROVIDED")]
    [InlineData("-")]
    [InlineData("n/a")]
    public async Task WordInThePlaceOfAnAccount_IsNone(string word) => Assert.Equal(
        (string?[])[null, German], OthersOf(await ReadAsync(
            $"Date;Name;Counterparty IBAN;Text;Amount\n2027-11-05;Anna;{word};a;1,00\n2027-11-06;Jonas;{German};b;2,00\n",
            Camt.Iban)));

    /// <summary>A bank's own numbers may be several accounts of the merchant's, whose files come one by one as well.</summary>
    [Theory]
    [InlineData(Camt.Iban, "line 2, Konto: this is another account")]
    [InlineData("532013000", "line 3, Konto: this is another account")]
    public Task SeveralOwnNumbersBesideNames_AreRefused(string account, string because) => IsRefusedAsync(
        "Datum;Konto;Name;Verwendungszweck;Betrag\n05.11.2027;532013000;Anna Bell;INV-1;120,00\n"
            + "05.11.2027;532013999;Jonas Weber;INV-2;80,00\n", account, because);

    /// <summary>A word for an account that may be anyone's is nobody's beside a payer's name.</summary>
    [Fact]
    public async Task AccountByWordBesideNames_IsNotRead()
    {
        const string Rows = $"Date;Nom;Compte;Communication;Montant\n05/11/2027;Anna;{German};INV-1;120,00\n";
        var statement = await ReadAsync($"{Rows}16/11/2027;Jo;{Swiss};INV-2;45,00\n", Camt.Iban);
        Assert.Equal((Camt.Iban, 2), (statement.AccountKey, statement.Lines.Count));

        var read = await TryAsync(Rows, account: null);
        Assert.NotEmpty(read.Faults);
    }

    private const string N26 =
        "\"Date\",\"Payee\",\"Account number\",\"Transaction type\",\"Payment reference\",\"Amount (EUR)\",\"Amount (Foreign Currency)\","
        + "\"Type Foreign Currency\",\"Exchange Rate\"\n"
        + $"\"2027-11-05\",\"Anna Bell\",\"{German}\",\"Income\",\"INV-2027-0001\",\"120.00\",\"\",\"\",\"\"\n";

    private const string N26Card = "\"2027-11-08\",\"Paper Ltd\",\"\",\"MasterCard Payment\",\"\",\"-45.00\",\"\",\"\",\"\"\n";

    [Theory]
    [InlineData(N26 + N26Card, German, null)]
    [InlineData(N26, German)]
    public async Task AccountNumberBesideAPayee_IsThePayees(string text, params string?[] others)
    {
        var statement = await ReadAsync(text, Camt.Iban);

        Assert.Equal(others, OthersOf(statement));
        Assert.Equal((Camt.Iban, "Anna Bell"), (statement.AccountKey, statement.Lines[0].Counterparty));
        await IsRefusedAsync(text, account: null, "account: there is no such column: say which account it is");
    }

    [Theory]
    [InlineData("Account number")]
    [InlineData("Account")]
    [InlineData("Konto")]
    [InlineData("Rekeningnummer")]
    public async Task AccountsThatDiffer_BesideAName_AreThePayers(string column) => Assert.Equal(
        (string?[])[German, Swiss], OthersOf(await ReadAsync(
            $"Date;Name;{column};Text;Amount\n2027-11-05;Anna;{German};a;1,00\n2027-11-06;Jonas;{Swiss};b;2,00\n", Camt.Iban)));

    /// <summary>A file of two accounts of the merchant, or of another one than the one that was said.</summary>
    [Theory]
    [InlineData("Konto", Camt.Iban, German)]
    [InlineData("Account", German, German)]
    [InlineData("Auftragskonto", German, Swiss)]
    public async Task OwnAccountThatIsAnother_IsRefused(string column, string one, string other)
    {
        var read = await TryAsync(
            $"Date;Name;{column};Text;Amount\n2027-11-05;Anna;{one};a;1,00\n2027-11-06;Jonas;{other};b;2,00\n", Camt.Iban);

        Assert.Contains(read.Faults, fault => fault.Problem.Contains("this is another account", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OwnAccountBesideAName_IsTheStatementsOwn() => Assert.Equal(
        (German, 2), await ReadAsync(
            $"Date;Name;Account;Text;Amount\n2027-11-05;Anna;{German};a;1,00\n2027-11-06;Jonas;{German};b;2,00\n", account: null)
            is var one ? (one.AccountKey, one.Lines.Count) : default);

    /// <summary>In no kind of file a payer has the statement's own account.</summary>
    [Fact]
    public async Task StatementsOwnAccount_IsNoPayers()
    {
        Assert.Equal((string?[])[German, null], OthersOf(await ReadAsync(
            $"Date;Name;Counterparty IBAN;Text;Amount\n2027-11-05;Anna;{German};a;1,00\n2027-11-06;Jonas;{Camt.Iban};b;2,00\n",
            Camt.Iban)));
        Assert.Null(Assert.Single((await ReadAsync(
            $":20:1\n:25:{Camt.Iban}\n:28C:11/1\n:60F:C271101EUR100,00\n:61:2711051105C20,00NTRFNONREF//B1\n"
            + $":86:166?00GUTSCHRIFT?20INV-1?31{Camt.Iban}?32ANNA BELL\n:62F:C271105EUR120,00\n-\n", account: null)).Lines)
            .CounterpartyAccount);
        var xml = new Camt().With(12m, "INV-1").ToXml().Replace(
            "<Cdtr><Nm>Supplier</Nm></Cdtr>", $"<DbtrAcct><Id><IBAN>{Camt.Iban}</IBAN></Id></DbtrAcct><Cdtr><Nm>Supplier</Nm></Cdtr>",
            StringComparison.Ordinal);
        Assert.Null(Assert.Single((await ReadAsync(xml, account: null)).Lines).CounterpartyAccount);
        Assert.Equal(German, Assert.Single((await ReadAsync(
            xml.Replace($"<DbtrAcct><Id><IBAN>{Camt.Iban}", $"<DbtrAcct><Id><IBAN>{German}", StringComparison.Ordinal), account: null))
            .Lines).CounterpartyAccount);
    }

    [Theory]
    [InlineData("Rekening tegenpartij", "Naam tegenpartij bevat")]
    [InlineData("Rekening tegenpartij", "Naam van de tegenpartij")]
    [InlineData("Compte contrepartie", "Nom contrepartie contient")]
    [InlineData("Compte de la contrepartie", "Nom de la contrepartie")]
    [InlineData("Counterparty account number", "Name of the counterparty")]
    [InlineData("Partner account", "Name of partner")]
    [InlineData("Conto della controparte", "Nome della controparte")]
    public async Task PartsOfNames_TellTheOtherParty(string account, string name)
    {
        var statement = await ReadAsync(
            $"Date;{account};{name};Text;Amount\n2027-11-05;{German};ANNA;a;1,00\n2027-11-06;;JONAS;b;2,00\n", Camt.Iban);

        Assert.Equal((string?[])[German, null], OthersOf(statement));
        Assert.Equal(["ANNA", "JONAS"], statement.Lines.Select(line => line.Counterparty));
        // An earlier version has imported the lines without their other party.
        var earlier = await ReadAsync("Date;Text;Amount\n2027-11-05;a;1,00\n2027-11-06;b;2,00\n", Camt.Iban);
        Assert.Equal(earlier.Lines.Select(line => line.Identity), statement.Lines.Select(line => line.Identity));
    }

    [Theory]
    [InlineData("Compte")]
    [InlineData("Rekening")]
    [InlineData("Conto")]
    [InlineData("Cuenta")]
    public async Task AccountAlone_IsTheStatementsOwn(string column) => Assert.Equal(
        German, (await ReadAsync($"Date;{column};Text;Amount\n2027-11-05;{German};a;1,00\n", account: null)).AccountKey);

    [Theory]
    [InlineData("Compte")]
    [InlineData("Conto")]
    public Task AnotherAccountThanTheOneThatWasSaid_IsRefused_AndAsksForTheColumns(string column) => IsRefusedAsync(
        $"Date;{column};Text;Amount\n2027-11-05;{German};a;1,00\n", Camt.Iban, $"line 2, {column}: this is another account");

    /// <summary>A sort of account is no account.</summary>
    [Fact]
    public async Task WordBesideTheAccountThatWasSaid_IsNoOtherAccount() => Assert.Equal(
        Camt.Iban, (await ReadAsync("Date;Compte;Text;Amount\n2027-11-05;Compte courant;a;1,00\n", Camt.Iban)).AccountKey);
}
