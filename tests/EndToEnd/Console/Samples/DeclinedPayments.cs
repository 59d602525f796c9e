using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Payments by card that Demo Company's provider has declined.</summary>
internal sealed class DeclinedPayments(BooksFixture books)
{
    /// <summary>One for the bill of a new customer.</summary>
    /// <param name="card">The number of the card, which decides whether a new try succeeds.</param>
    /// <param name="amountMinor">How much.</param>
    public async Task<(long Number, Customer Customer)> MakeAsync(string card, long amountMinor)
    {
        var (id, customer) = await MakeAsync(books.Engine, books.Vault, books.DemoCompany, card, amountMinor);
        return ((long)(
            await books.ScalarAsync("SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", books.DemoCompany.Value, id.Value))!,
            customer);
    }

    /// <summary>The same for a customer of any merchant.</summary>
    public static async Task<(PaymentId Id, Customer Customer)> MakeAsync(
        PaymentEngine engine, IVault vault, MerchantId merchant, string card, long amountMinor)
    {
        var customer = await new Customers(engine, vault, merchant).CreateAsync(Customers.CardOf(card), amountMinor);
        var (id, origin) = (new PaymentId(merchant, Business.NewId()), new Origin(merchant, 0, Business.NewId()));
        var account = AccountTarget.Named(new Reference(merchant, "oracle-brm", "account", customer.Account));
        var begun = await engine.SubmitAsync(new RecordPayment(origin, account, id, "oracle-brm")
        {
            Amount = new Money(amountMinor, Currency.Parse("USD")),
            Instrument = new Reference(merchant, "oracle-brm", "payment-method", customer.Instrument),
            Parts = [Part.Charge(new Reference(merchant, "oracle-brm", "bill", customer.Bills[0]), amountMinor)],
        });
        Assert.True((await engine.SubmitAsync(
            new TakeAnswer(origin, begun.Attempt!, ProviderAnswer.Declined(DeclineReason.InsufficientFunds)))).Accepted);
        return (id, customer);
    }

    /// <summary>The source of their events.</summary>
    public Origin Origin() => new(books.DemoCompany, 0, Business.NewId());

    /// <summary>The account of a customer.</summary>
    public AccountTarget AccountOf(Customer customer) =>
        AccountTarget.Named(new Reference(books.DemoCompany, "oracle-brm", "account", customer.Account));
}
