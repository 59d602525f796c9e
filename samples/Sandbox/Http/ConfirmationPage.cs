using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Http;

/// <summary>The page on which a customer confirms a payment, as a bank would show it.</summary>
internal static class ConfirmationPage
{
    private const string Buttons = """
        <form method="post" class="buttons">
          <button name="approve" value="true">Approve</button><button name="approve" value="false">Refuse</button>
        </form>
        """;

    // Nothing shown comes from outside as free text: the currency is three letters, the instrument is a scheme and four digits.
    public static Task WriteAsync(HttpContext context, BookedAuthorisation authorisation, RequestState state) => new Page(
        "Confirm a payment", "Sandbox bank", $"""
        <p>{state switch
        {
            RequestState.Pending => "Do you want to make this payment?",
            RequestState.Approved => "You have confirmed this payment. You can close this page.",
            RequestState.Declined => "This payment is refused. You can close this page.",
        }}</p>
        <p class="amount">{Amount(authorisation)}</p>
        <p>Card ending in {authorisation.Instrument[^4..]}</p>
        {(state == RequestState.Pending ? Buttons : "")}
        """).WriteAsync(context, frames: "*");

    private static string Amount(BookedAuthorisation authorisation)
    {
        var decimals = authorisation.Currency switch
        {
            "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "UYI" or "VND" or "VUV"
                or "XAF"
                or "XOF" or "XPF" => 0,
            "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
            "CLF" or "UYW" => 4,
            _ => 2,
        };
        var amount = new decimal(
            (int)authorisation.AmountMinor, (int)(authorisation.AmountMinor >> 32), 0, isNegative: false, (byte)decimals);
        return $"{amount.ToString($"N{decimals}")} <small>{authorisation.Currency}</small>";
    }
}
