using Quittance.Bench.Books;
using Quittance.Bench.Providers;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Tmf676;
using Quittance.Host;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Quittance.Storage.Webhooks;

namespace Quittance.Bench.Console;

/// <summary>
/// Rows that operators look at beside payments that came in: a bank statement with open lines, receivers of events, payments whose provider
/// is silent or that it declined, payments whose money is still to come, and a shop's origin.
/// </summary>
internal sealed class DeskBusiness(BenchDatabase database, BenchMerchant merchant)
{
    private const int Lines = 10_000;
    private const int Asked = 50;
    private const int Awaited = 50;

    // No program listens there.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/");

    private readonly Money _amount = new(25_00, BenchAccounts.Currency);

    public async Task DoAsync(CancellationToken cancel)
    {
        Screen.Progress.Report("Importing a bank statement, subscribing, and asking a provider that is silent or declines");
        if (!WebOrigin.TryParse("https://shop.example", out var shop))
            throw new BenchException("The shop's origin is none.");
        await database.Merchants.AllowAsync(merchant.Id, Api.Tmf676.Dialect, shop, isAllowed: true, cancel);
        await SubscribeAsync(cancel);
        await ImportAsync(cancel);
        await AskAsync(cancel);
    }

    /// <summary>Receivers hear of the payments that come after.</summary>
    private async Task SubscribeAsync(CancellationToken cancel)
    {
        var subscriptions = new Subscriptions(database.Source, TimeProvider.System);
        var credential = (await subscriptions.CredentialsAsync(merchant.Id, Api.Tmf676.Dialect, cancel))[0].Id;
        await subscriptions.AddAsync(
            new Subscription(
                new SubscriptionId(merchant.Id, NewId()), credential, Api.Tmf676.Dialect, Nowhere,
                [.. Tmf676Events.All.SelectMany(family => family.Types)], Query: null),
            cancel);
    }

    /// <summary>None of its lines says what it is for, so that all are open.</summary>
    private Task ImportAsync(CancellationToken cancel)
    {
        var bookedOn = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var lines = Enumerable.Range(1, Lines).Select(number =>
            new ReadLine(number, SettlementLineKind.Entry, bookedOn, number)
            {
                Counterparty = $"Customer {number}",
                Remittance = $"Transfer {number}"
            });
        var statement = new ReadStatement(
            StatementSource.Camt, "DE89370400440532013000", "DE ···· 3000", "2026-1", BenchAccounts.Currency, 0,
            (long)Lines * (Lines + 1) / 2, [.. lines]);
        return new StatementImports(database.Source, TimeProvider.System)
            .ImportAsync([statement], "statement.xml", By(), cancel);
    }

    private async Task AskAsync(CancellationToken cancel)
    {
        var vault = await database.OpenVaultAsync(cancel);
        await new ProviderAccounts(database.Source, vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(merchant.Id, SandboxProvider.ProviderName, Nowhere, NewId().ToString("N"), [SigningKey.New()]),
            cancel);
        await using var engine = database.StartEngine();
        await new BenchCards(engine, vault, TimeProvider.System).RegisterAsync(merchant.Id, Asked, SandboxProvider.ProviderName);
        await DoAsync(engine, Enumerable.Range(1, Asked).Select(number => new RaiseCharge(
            By(), Customer(number), new ChargeId(merchant.Id, NewId()), _amount,
            DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime))
        {
            Reference = Bill(number),
        }));
        var begun = await DoAsync(engine, Enumerable.Range(1, Asked).Select(number => Payment(number) with
        {
            Instrument = BenchCards.Tmf(merchant.Id, number),
            Parts = [Part.Charge(Bill(number), _amount.AmountMinor)],
        }));
        await DoAsync(engine, begun.Where((_, place) => place % 2 == 0).Select(payment =>
            new TakeAnswer(By(), payment.Attempt!, ProviderAnswer.Declined(DeclineReason.InsufficientFunds))));
        await DoAsync(engine, Enumerable.Range(Asked + 1, Awaited).Select(Payment));
    }

    private RecordPayment Payment(int number) =>
        new(By(), Customer(number), new PaymentId(merchant.Id, NewId()), Api.Tmf676.Dialect) { Amount = _amount };

    private AccountTarget Customer(int number) => AccountTarget.Named(BenchAccounts.Tmf(merchant.Id, number));

    private Reference Bill(int number) => new(merchant.Id, Api.Tmf676.Dialect, "bill", $"DESK-{number}");

    private static async Task<IReadOnlyList<Outcome>> DoAsync(PaymentEngine engine, IEnumerable<Command> commands)
    {
        var outcomes = await Task.WhenAll(commands.Select(command => engine.SubmitAsync(command, patient: true)));
        return outcomes.FirstOrDefault(outcome => !outcome.Accepted) is { } refused
            ? throw new BenchException($"The desk's business was refused: {string.Join(", ", refused.Faults)}")
            : outcomes;
    }

    private Origin By() => new(merchant.Id, Credential: 0, NewId());

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
