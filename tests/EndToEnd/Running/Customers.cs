using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;

namespace Quittance.Tests.Running;

/// <summary>
/// Sets up customers of one API, each with an instrument: the sandbox charges one of the vault, Stripe one that it holds.
/// </summary>
internal sealed class Customers(PaymentEngine engine, IVault vault, MerchantId merchant, string dialect = "oracle-brm")
{
    private static readonly Mandate Signed = new("MANDATE-1", MandateScheme.Sepa, new DateOnly(2026, 1, 2), MandateStatus.Active);

    private static long _last = 5_000_000;

    /// <summary>What they are called.</summary>
    public string Name { get; init; } = "Ada Nkemelu";

    /// <summary>When the first of their bills is due; the others follow, a day each.</summary>
    public DateOnly FirstDue { get; init; } = new(2026, 1, 1);

    public Currency Currency { get; init; } = Currency.Parse("USD");

    /// <summary>Who charges their instruments; null for the one of each.</summary>
    public string? Provider { get; init; }

    public static Card CardOf(string number) => new(CardNumber.Parse(number), new CardExpiry(12, 2090), "Ada Nkemelu");

    public static IbanAccount IbanOf(string number) => new(Iban.Parse(number), null, "Ada Nkemelu");

    /// <summary>A new customer with an instrument and bills, the first due longest.</summary>
    public async Task<Customer> CreateAsync(InstrumentSecret secret, params IReadOnlyList<long> billsMinor)
    {
        var number = Interlocked.Add(ref _last, 10);
        var customer = new Customer(
            merchant, $"0.0.0.1+-account+{number}", $"method-{number}", IsCard(secret) ? "bankCard" : "bankAccountDebit",
            [.. billsMinor.Select((_, index) => $"0.0.0.1+-bill+{number + index}")]);
        var account = AccountTarget.Named(Named("account", customer.Account));
        await DoAsync(new OpenAccount(Origin, new AccountId(merchant, NewId()), [Named("account", customer.Account)], Currency, Name));
        await RegisterAsync(customer.Account, customer.Instrument, secret);
        for (var index = 0; index < billsMinor.Count; index++)
        {
            await DoAsync(new RaiseCharge(
                Origin, account, new ChargeId(merchant, NewId()), new Money(billsMinor[index], Currency), FirstDue.AddDays(index))
            {
                Reference = Named("bill", customer.Bills[index]),
            });
        }

        return customer;
    }

    /// <summary>Registers an instrument for an account.</summary>
    public async Task RegisterAsync(string account, string name, InstrumentSecret secret)
    {
        var id = new InstrumentId(merchant, NewId());
        var isCard = IsCard(secret);
        var provider = Provider ?? (secret is HeldInstrument ? StripeProvider.ProviderName : SandboxProvider.ProviderName);
        var vaulted = new Vaulted(provider, secret.Shown, isCard ? null : Signed);
        await DoAsync(new RegisterInstrument(
            Origin, AccountTarget.Named(Named("account", account)), id, Named("payment-method", name),
            isCard ? PaymentMethod.BankCard : PaymentMethod.BankAccountDebit, secret.Masked)
        {
            Holding = new Holding(vaulted, await vault.SealAsync(id, secret, CancellationToken.None)),
        });
    }

    private static bool IsCard(InstrumentSecret secret) => secret.Shown.Kind == InstrumentKind.Card;

    private Origin Origin => new(merchant, 0, NewId());

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private Reference Named(string kind, string value) => new(merchant, dialect, kind, value);

    private async Task DoAsync(Command command)
    {
        var outcome = await engine.SubmitAsync(command);
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
    }
}

/// <summary>A customer as clients name it.</summary>
internal sealed record Customer(MerchantId Merchant, string Account, string Instrument, string Kind, IReadOnlyList<string> Bills)
{
    /// <summary>The body of a payment with the instrument, for what is due longest or for one bill.</summary>
    public string Payment(long amountMinor, string? bill = null, string? more = null) =>
        $$"""
        {"account":{"id":"{{Account}}"},"paymentMethod":{"id":"{{Instrument}}","@type":"PaymentMethodRef","@referredType":"{{Kind}}"},
         "totalAmount":{"unit":"USD","value":{{Decimal(amountMinor)}} }
         {{(bill is null ? "" : $",{Item(bill, amountMinor)}")}}{{(more is null ? "" : $",{more}")}} }
        """;

    public static string Decimal(long minor) => $"{minor / 100}.{minor % 100:00}";

    private static string Item(string bill, long amountMinor) =>
        $$"""
        "paymentItem":[{"item":{"id":"{{bill}}","@referredType":"CustomerBill"},
          "totalAmount":{"unit":"USD","value":{{Decimal(amountMinor)}} } }]
        """;
}
