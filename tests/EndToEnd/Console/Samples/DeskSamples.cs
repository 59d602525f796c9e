using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Debits;
using Quittance.Core.Dues;
using Quittance.Core.Formats;
using Quittance.Core.Instruments;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Tmf676;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>
/// A merchant who has one of everything that a page of the console shows, with names that may be attacks.
/// </summary>
internal sealed record DeskSamples(MerchantId Merchant, long Installation, long Credential, Guid Person, Guid Subscription)
{
    private static int _number;

    /// <summary>Payments and their surroundings; null for none.</summary>
    public SampleBusiness? Business { get; private init; }
    /// <summary>A statement with one line that is open.</summary>
    public Guid Statement { get; init; }

    /// <summary>That line.</summary>
    public Guid Line { get; init; }

    /// <summary>The number of a collection of debits that is being built.</summary>
    public long Collection { get; init; }

    /// <summary>The number of a run that asks for what is due.</summary>
    public long DueRun { get; init; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes them.</summary>
    public static async Task<DeskSamples> CreateAsync(BooksFixture books, string name = "Grace")
    {
        var merchant = await books.Merchants.CreateAsync(name, Cancel);
        var installation = await books.Merchants.InstallAsync(merchant, "tmf676", Currency.Parse("EUR"), Cancel);
        var credential = (await new IssuedCredentials(books.Database, TimeProvider.System).IssueAsync(
            installation, [CredentialKind.Bearer], name, [Tmf676Routes.ReadScope], number =>
                By(merchant, "credential.create", $"credential {number} ({name})"), Cancel))[0];
        SecretWatch.OfTheRun.Add([credential.Secret]);
        var secret = NewSecret.Of(CredentialKind.Client);
        SecretWatch.OfTheRun.Add([secret]);
        await new Clients(books.Database, TimeProvider.System, new HashSet<string>()).EnsureAsync(
            installation, NewSecret.ClientName(), name, secret, [Tmf676Routes.ReadScope], ["https://app.example/back"], Cancel,
            By(merchant, "client.create", $"client x ({name})"));
        Assert.True(WebOrigin.TryParse("https://shop.example", out var origin));
        await books.Merchants.AllowAsync(
            merchant, "tmf676", origin, isAllowed: true, Cancel, By(merchant, "origin.add", $"{origin} for tmf676", name));
        using var people = new People(books.Database, TimeProvider.System, new HashSet<string>());
        var email = $"sample.{Interlocked.Increment(ref _number)}@example.com";
        await people.EnsureAsync(merchant, email, name, NewSecret.Password(), Cancel, OperatorRole.Operator,
            By(merchant, "person.create", $"person {email} ({name})"));
        var person = (Guid)(await books.ScalarAsync("SELECT id FROM person WHERE merchant_id = $1 AND email = $2", merchant.Value, email))!;
        var subscription = new Subscription(
            new SubscriptionId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), credential.Id, "tmf676",
            new Uri($"https://hooks.example/{name}"), [.. Tmf676Events.All.SelectMany(family => family.Types)], Query: null);
        Assert.Equal(
            SubscriptionOutcome.Added, await new Subscriptions(books.Database, TimeProvider.System).AddAsync(subscription, Cancel));
        var (statement, line) = await ImportAsync(books, merchant, name);
        await new LineRules(books.Database, TimeProvider.System).MakeAsync(
            new LineRule(merchant, 0, name, LineRuleUse.Ignore) { Counterparty = name, Words = name },
            rule => By(merchant, "rule.set", $"rule {rule.Number}"), Cancel);
        await new StatementFormats(books.Database, books.Vault, TimeProvider.System).KeepAsync(
            new KeptFormat(
                merchant, 0, name,
                new StatementFormat([new(name, ColumnUse.BookedOn), new("Betrag", ColumnUse.Amount), new("Text", ColumnUse.Remittance)])
                {
                    Account = "DE89370400440532013000",
                    Currency = Currency.Parse("EUR"),
                }),
            "DE ···· 3000", _ => false, format => By(merchant, "format.set", $"format {format.Number}"), Cancel);
        return new DeskSamples(
            merchant, installation.Id, credential.Id, person, subscription.Id.Value)
        {
            Statement = statement,
            Line = line,
            Collection = await OpenCollectionAsync(books, merchant),
            DueRun = await CollectDuesAsync(books, merchant),
        };
    }

    private static async Task<long> CollectDuesAsync(BooksFixture books, MerchantId merchant)
    {
        var until = new DateOnly(2020, 1, 1);
        var begun = await books.Engine.SubmitAsync(new BeginDues(
            By(merchant, "dues.collect", "dues"), new DueRunId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())),
            new DuePreview(new DueFilter(until), 0, [], [])));
        return begun.Changes!.Of<DueRun>().Single().Number;
    }

    private static async Task<long> OpenCollectionAsync(BooksFixture books, MerchantId merchant)
    {
        var id = new CollectionId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        var opened = await books.Engine.SubmitAsync(
            new OpenCollection(
                By(merchant, "collect.run", "collection"), id, CollectionKind.Debits, Currency.Parse("EUR"), DebitScheme.Core,
                new DateOnly(2027, 11, 5), CreditorIdentifier.Parse("DE98ZZZ09999999999")));
        return opened.Changes!.Of<Collection>().Single().Number;
    }

    private static async Task<(Guid Statement, Guid Line)> ImportAsync(BooksFixture books, MerchantId merchant, string name)
    {
        var statements = new Statements(books.Database);
        var read = new ReadStatement(
            StatementSource.Camt, "DE89370400440532013000", "DE ···· 3000", "2027-211", Currency.Parse("EUR"), 0, 30_00,
            [new ReadLine(1, SettlementLineKind.Entry, new DateOnly(2027, 11, 5), 30_00) { Counterparty = name, Remittance = name,
                EndToEnd = name }]);
        var (_, imported) = await new StatementImports(books.Database, TimeProvider.System)
            .ImportAsync([read], name, By(merchant, "settlement.import", $"statement {name}"), Cancel);
        return (imported[0].Id.Value, (await statements.LinesAsync(imported[0].Id, null, 0, 1, Cancel))[0].Id.Value);
    }

    /// <summary>Makes them with payments of each kind that something can be done to.</summary>
    /// <param name="name">The name of the people, programs and customers.</param>
    public static async Task<DeskSamples> CreateWithBusinessAsync(BooksFixture books, string name = "Grace")
    {
        var samples = await CreateAsync(books, name);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            BankSettings.AccountOf(samples.Merchant, new BankAccount(
                name, Iban.Parse("DE89370400440532013000"), null, CreditorIdentifier.Parse("DE98ZZZ09999999999"), DebitScheme.Core)),
            Cancel, By(samples.Merchant, "collect.account", "bank account"));
        return samples with { Business = await SampleBusiness.DoAsync(books, samples.Merchant, name) };
    }

    /// <summary>Makes them with two payments whose deliveries were given up.</summary>
    public static async Task<DeskSamples> CreateWithDeadLettersAsync(BooksFixture books)
    {
        var samples = await CreateAsync(books);
        var business = new Business(samples.Merchant);
        foreach (var account in new[] { "A", "B" })
            Assert.True((await books.Engine.SubmitAsync(business.Payment(account))).Accepted);
        await books.ScalarAsync(
            "UPDATE delivery SET status = 'dead', failures = 4, failure = 'refused', due_at = NULL, ended_at = now() WHERE merchant_id = "
                + "$1 RETURNING 1", samples.Merchant.Value);
        Assert.Equal(2L,
            await books.ScalarAsync("SELECT count(*) FROM delivery WHERE merchant_id = $1 AND status = 'dead'", samples.Merchant.Value));
        return samples;
    }

    private static Origin By(MerchantId merchant, string what, string subject, string reason = "") =>
        new(merchant, Credential: 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(
            null, OperatorAction.CommandLine, what, subject, reason)
        };
}
