using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Parts;

/// <summary>Where figures are explained.</summary>
public static class ExplainAddress
{
    /// <summary>What made a transfer, down to the request and whoever sent it.</summary>
    public static string Of(TransferPlace transfer) => $"{ConsoleRoutes.Root}/explain/transfer/{transfer.Subject:D}/{transfer.Sequence}/{transfer.Line}";

    /// <summary>What raised a charge: a charge begins with the one transfer that bills it.</summary>
    public static string Of(ChargeId charge) => Of(new TransferPlace(charge.Value, 1, 1));

    /// <summary>What a payment's money became.</summary>
    /// <param name="number">The payment's number.</param>
    public static string OfPayment(long number) => $"{ConsoleRoutes.Root}/explain/payment/{number}";

    /// <summary>What a customer owes.</summary>
    /// <param name="account">The id of the customer's account.</param>
    /// <param name="currency">The currency; null for the customer's own.</param>
    public static string OfCustomer(Guid account, Currency? currency = null) =>
        $"{ConsoleRoutes.Root}/explain/customer/{account:D}{(currency is null ? "" : $"?currency={currency.Code}")}";
}
