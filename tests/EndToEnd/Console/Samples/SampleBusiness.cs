using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Core.Overdue;
using Quittance.Core.Sessions;
using Quittance.Storage.Overdue;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Payments for operators to act on, by their numbers, and their surroundings.</summary>
/// <param name="Paid">One that is captured, with money left for an open charge.</param>
/// <param name="PaidId">Its id.</param>
/// <param name="Promised">One that waits for its money.</param>
/// <param name="Asked">One whose provider has not answered.</param>
/// <param name="Attempt">The request to that provider.</param>
/// <param name="Customer">The customer who paid.</param>
/// <param name="LedgerAccount">The customer's receivable in the ledger.</param>
internal sealed record SampleBusiness(long Paid, Guid PaidId, long Promised, long Asked, Guid Attempt, Guid Customer, Guid LedgerAccount)
{
    /// <summary>A request that waits for a second person.</summary>
    public required long Request { get; init; }

    /// <summary>The card that that provider was asked to charge.</summary>
    public required Guid Instrument { get; init; }

    /// <summary>A payment by bank transfer, and its refund, which people pay out.</summary>
    public required (long Payment, long Refund) ToPay { get; init; }

    /// <summary>A bank account with a SEPA mandate.</summary>
    public Guid Mandated { get; init; }

    /// <summary>The number of a charge.</summary>
    public long Charge { get; init; }

    /// <summary>A payment link that is open.</summary>
    public Guid Link { get; init; }

    /// <summary>A customer with a postal address who was reminded today.</summary>
    public Guid Dunned { get; init; }

    private static async Task<Guid> DunAsync(BooksFixture books, MerchantId merchant, Till till, string name)
    {
        var (euro, today) = (Currency.Parse("EUR"), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        await till.OpenAsync("D", name);
        await till.ChargeAsync("D", "B-2", 40_00, today.AddDays(-10));
        var account = new AccountId(merchant, (Guid)(await books.ScalarAsync(
            "SELECT account_id FROM charge WHERE merchant_id = $1 AND reference = 'B-2'", merchant.Value))!);
        await books.Engine.DoAsync(new ChangeContact(
            By(), AccountTarget.Named([Reference.ToAccountId(merchant, account.Value)]),
            new Contact(null, null, new PostalAddress(name, name, "1010", name, name, "AT"), "de")));
        var policies = new DunningPolicies(books.Database, TimeProvider.System);
        await policies.SetAsync(
            merchant, euro, new DunningPolicy(merchant, euro, 0, [new(7)]),
            By() with { Action = new OperatorAction(null, OperatorAction.CommandLine, "dunning.policy", "dunning in EUR", "") },
            key: null, CancellationToken.None);
        var found = await new Dunnings(books.Database, policies).FindAsync(account, today, CancellationToken.None);
        await books.Engine.DoAsync(found!.CommandOn(today, By())!);
        return account.Value;

        Origin By() => new(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
    }

    private static async Task<Guid> LinkAsync(BooksFixture books, MerchantId merchant, Guid account, string name)
    {
        var by = await books.Merchants.InstallAsync(merchant, "tmf676", Currency.Parse("EUR"), CancellationToken.None);
        var id = new PaymentLinkId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        var slot = (short)(await books.ScalarAsync("SELECT slot FROM account WHERE id = $1", account))!;
        var made = await books.Engine.SubmitAsync(new MakeLink(
            new Origin(merchant, 0, id.Value), AccountTarget.Of(new AccountId(merchant, account), slot), id, by.Id, [],
            new Money(5_00, Currency.Parse("EUR")), TimeProvider.System.GetUtcNow().AddDays(30))
        {
            Text = name,
        });
        Assert.True(made.Accepted, string.Join(", ", made.Faults));
        return id.Value;
    }

    private static async Task<Guid> MandateAsync(BooksFixture books, MerchantId merchant, Guid account, string name)
    {
        var (id, number) = (
            new InstrumentId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())),
            new IbanAccount(Iban.Parse("DE02120300000000202051"), null, name));
        var slot = (short)(await books.ScalarAsync("SELECT slot FROM account WHERE id = $1", account))!;
        var made = await books.Engine.SubmitAsync(new RegisterInstrument(
            new Origin(merchant, 0, id.Value), AccountTarget.Of(new AccountId(merchant, account), slot), id,
            new Reference(merchant, "tmf676", "instrument", $"{id.Value:N}"), PaymentMethod.BankAccountDebit, number.Masked)
        {
            Holding = new Holding(
                new Vaulted(
                    "bank", number.Shown, new Mandate("M-1", MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active)),
                await books.Vault.SealAsync(id, number, CancellationToken.None)),
        });
        Assert.True(made.Accepted, string.Join(", ", made.Faults));
        return id.Value;
    }

    /// <summary>Makes them.</summary>
    /// <param name="name">The customer's name.</param>
    public static async Task<SampleBusiness> DoAsync(BooksFixture books, MerchantId merchant, string name)
    {
        var till = new Till(books, merchant);
        await till.OpenAsync("A", name);
        await till.ChargeAsync("A", "B-1", 40_00);
        var paid = await till.PayAsync("A", 100_00);
        var promised = await till.PromiseAsync("A");
        var toPay = await till.RefundToPayAsync("A");
        await till.LimitAsync(90_00);
        var request = await till.AskAsync(await till.PayAsync("A", 95_00), 95_00, name);
        var asked = await new SilentProvider(books, merchant).PayAsync(25_00);
        var customer = await IdAsync("SELECT account_id FROM payment WHERE merchant_id = $1 AND number = $2", paid);
        return new SampleBusiness(
            paid, await IdAsync("SELECT id FROM payment WHERE merchant_id = $1 AND number = $2", paid), promised, asked,
            await IdAsync(
                "SELECT a.id FROM attempt a JOIN payment p ON p.merchant_id = $1 AND p.id = a.payment_id WHERE a.merchant_id = $1 AND "
                    + "p.number = $2", asked),
            customer,
            await IdAsync(
                "SELECT l.id FROM ledger_account l JOIN payment p ON p.merchant_id = $1 AND p.number = $2 WHERE l.merchant_id = $1 AND "
                    + "l.holder_id = p.account_id AND l.kind = 'receivable'", paid))
        {
            Request = request,
            ToPay = toPay,
            Instrument = await IdAsync("SELECT instrument_id FROM payment WHERE merchant_id = $1 AND number = $2", asked),
            Charge = (long)(await books.ScalarAsync(
                "SELECT number FROM charge WHERE merchant_id = $1 AND reference = 'B-1'", merchant.Value))!,
            Link = await LinkAsync(books, merchant, customer, name),
            Mandated = await MandateAsync(books, merchant, customer, name),
            Dunned = await DunAsync(books, merchant, till, name),
        };

        async Task<Guid> IdAsync(string sql, long number) => (Guid)(await books.ScalarAsync(sql, merchant.Value, number))!;
    }
}
