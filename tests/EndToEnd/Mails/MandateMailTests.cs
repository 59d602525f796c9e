using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Tests.Debits;
using Quittance.Tests.Running;

namespace Quittance.Tests.Mails;

/// <summary>Who gives a mandate gets its words to keep, once.</summary>
public sealed partial class MandateMailTests(BooksFixture books)
{
    private const string Creditor = "DE98ZZZ09999999999";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mandate_IsMailedWithTheWordsOfItsPaper_OrOfItsForm()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.MandateGiven);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        Assert.True(BankFlavour.Sepa.TryParseCreditor(Creditor, out var creditor));
        await office.CollectAsync(
            new BankAccount("Studio Süd", Iban.Parse("DE89370400440532013000"), Bic: null, creditor, DebitScheme.Core));
        var paper = await office.CustomerAsync("paper@example.com", language: "de");
        var form = await office.CustomerAsync("form@example.com");
        await office.GiveMandateAsync(paper, Given("M-1", MandateSource.Paper), ClearingProvider.Bank);
        await office.GiveMandateAsync(form, Given("Q1", MandateSource.Widget, MandateScheme.Bacs), "sandbox");

        await server.TurnAsync(Cancel);
        await server.TurnAsync(Cancel);

        Assert.Equal("sent 2", await office.StandAsync());
        var german = Assert.Single(receiver.Mailbox, mail => mail.To.ToString().Contains("paper", StringComparison.Ordinal));
        Assert.Equal("Ihr Mandat für Café \"Ø\" <Works>", german.Subject);
        Assert.All(
            (string[])[
                "ermächtige (wir ermächtigen) Studio Süd", "innerhalb von acht Wochen", "Mandatsreferenz: M-1",
                $"Gläubiger-Identifikationsnummer: {Creditor}", "DE ···· 2051", "Wiederkehrende Zahlung",
                $"Datum: {office.Day:dd.MM.yyyy}",
            ],
            part => Assert.Contains(part, german.TextBody, StringComparison.Ordinal));
        Assert.DoesNotContain("120300000000202051", $"{german}", StringComparison.Ordinal);
        var english = Assert.Single(receiver.Mailbox, mail => mail.To.ToString().Contains("form", StringComparison.Ordinal));
        Assert.Contains("Please pay Café \"Ø\" <Works> Direct Debits", english.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain(Creditor, english.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PaperThatIsRecorded_IsMailedOnce()
    {
        using var studio = await Studio.OpenAsync(books);
        var biller = studio.Biller;
        await biller.PostAsync(
            "/api/v1/mails/policy", new JsonObject { ["kind"] = "mandate_given", ["on"] = true, ["reason"] = "to keep" });
        var customer = await biller.CustomerAsync();
        for (var time = 0; time < 2; time++)
        {
            var (exitCode, output, error) = await studio.RunAsync(
                "mandate", "record", "--account", customer, "--iban", "DE02120300000000202051", "--reference", "M-9001", "--signed-on",
                $"{TimeProvider.System.GetUtcNow().UtcDateTime:yyyy-MM-dd}", "--reason", "signed here");
            Assert.True(exitCode == 0, $"{output}{error}");
        }

        var mail = Assert.Single((await biller.GetAsync("/api/v1/mails")).Json["items"]!.AsArray())!;
        Assert.Equal("mandate_given", (string)mail["kind"]!);
    }

    [Fact]
    public async Task MandateOfAnotherSystem_OfAProvidersPage_OrThatHasEnded_IsMailedToNobody()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.MandateGiven);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var customer = await office.CustomerAsync();
        foreach (var source in (MandateSource?[])[MandateSource.Import, MandateSource.Client, MandateSource.ProviderPage, null])
            await office.GiveMandateAsync(customer, Given($"M-{source}", source), ClearingProvider.Bank);
        await office.GiveMandateAsync(customer, Given("M-old", MandateSource.Paper, days: 31), ClearingProvider.Bank);
        Assert.Equal("", await office.StandAsync());

        var ended = await office.GiveMandateAsync(customer, Given("Q1", MandateSource.Widget), "sandbox");
        await office.RemoveAsync(customer, ended);
        await server.TurnAsync(Cancel);

        Assert.Equal("left_out:outdated 1", await office.StandAsync());
        await office.SwitchAsync(MailKind.MandateGiven, isOn: false);
        await office.GiveMandateAsync(customer, Given("Q2", MandateSource.Widget), "sandbox");
        Assert.Equal("left_out:outdated 1", await office.StandAsync());
    }

    /// <summary>A mail repeats what the customer has read at the box.</summary>
    [Fact]
    public async Task WordsInMails_AreThoseOfTheForm()
    {
        (string Form, string Mail)[] schemes =
            [("SEPA", "sepa"), ("BACS", "bacs"), ("LSV", "swiss_lsv"), ("CH_DD", "swiss_debit")];
        foreach (var language in (string[])["en", "de", "fr", "it", "es", "nl"])
        {
            var form = await File.ReadAllTextAsync(
                Path.Combine(RunningProgram.Solution, "web", "src", "frame", "texts", $"{language}.ts"), Cancel);
            var mail = JsonNode.Parse(await File.ReadAllTextAsync(
                Path.Combine(RunningProgram.Solution, "src", "Papers", "Mails", "texts", $"{language}.json"), Cancel))!;
            foreach (var (key, word) in schemes)
            {
                var from = form.IndexOf($"'upc.mandate.{key}':", StringComparison.Ordinal);
                var text = form[(from + key.Length + 15)..form.IndexOf("',\n", from, StringComparison.Ordinal)];
                Assert.Equal(Joint().Replace(text, "").Trim().TrimStart('\''), (string)mail[$"mail.given.{word}"]!);
            }
        }
    }

    private static Mandate Given(
        string reference, MandateSource? source, MandateScheme scheme = MandateScheme.Sepa, int days = 0) => new(
        scheme == MandateScheme.Bacs ? "QUITTANCE1" : reference, scheme,
        DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-days), MandateStatus.Active)
        {
            Source = source,
        };

    [GeneratedRegex(@"'\s*\+\s*'", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Joint();
}
