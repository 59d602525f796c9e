using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Tests.Engine;

/// <summary>The commands of one merchant's clients.</summary>
internal sealed class Business(MerchantId merchant)
{
    public static readonly Currency Euro = Currency.Parse("EUR");

    public MerchantId Merchant { get; } = merchant;

    private Origin Origin => new(Merchant, 0, Guid.Empty);

    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    public Reference AccountName(string name) => new(Merchant, "test", "account", name);

    public Reference ChargeName(string name) => new(Merchant, "test", "bill", name);

    public OpenAccount Opening(string account) => new(Origin, new AccountId(Merchant, NewId()), [AccountName(account)], Euro, null);

    /// <summary>A payment that takes its account on if it is new.</summary>
    public RecordPayment Payment(string account, long amountMinor = 10_00, params IReadOnlyList<Part> parts) =>
        new(Origin, AccountTarget.Named(AccountName(account)), new PaymentId(Merchant, NewId()), "test")
        {
            Opening = Opening(account),
            Amount = new Money(amountMinor, Euro),
            ReceivedBy = ClearingProvider.Cash,
            Parts = parts,
        };

    public RaiseCharge Charge(string account, string bill, long amountMinor = 10_00) => new(
        Origin, AccountTarget.Named(AccountName(account)), new ChargeId(Merchant, NewId()), new Money(amountMinor, Euro),
        new DateOnly(2026, 1, 1))
    {
        Reference = ChargeName(bill),
    };

    public AskDeposit Deposit(string account, string order, long amountMinor) => new(
        Origin, AccountTarget.Named(AccountName(account)),
        new OrderNaming(new OrderId(Merchant, NewId()), [new(Merchant, "test", "order", order)]),
        new Money(amountMinor, Euro));

    public KeyUse Key(string key, byte request = 0, bool keepsRefusals = false) =>
        new(new RequestKey(Merchant, "test", key, 0), new[] { request }, keepsRefusals);

    public static ClientReference Correlator(string value, byte request = 0) => new("test", value, new[] { request });

    /// <summary>Names of accounts in as many different slots, so that lanes and processes work on them side by side.</summary>
    public IReadOnlyList<string> AccountsInDifferentSlots(int count) =>
    [
        .. Enumerable.Range(0, 1000).Select(number => $"A-{number}").DistinctBy(name => AccountName(name).HomeSlot()).Take(count),
    ];
}
