namespace Quittance.Bench.Books;

/// <summary>A payment to be copied, as it was taken on.</summary>
/// <param name="Payment">Its id.</param>
/// <param name="Number">Its human number.</param>
/// <param name="Account">The customer who paid.</param>
/// <param name="Clearing">The ledger account of who holds the money.</param>
/// <param name="Credit">The ledger account of the customer's credit.</param>
/// <param name="AmountMinor">How much, in cents.</param>
/// <param name="Dialect">The API it came through.</param>
/// <param name="Status">Where it stands: <c>captured</c>, with a transfer, or <c>pending</c>, without.</param>
/// <param name="Method">How it was made, as the books have it.</param>
/// <param name="Details">The details that the dialect keeps with it.</param>
/// <param name="At">When.</param>
internal readonly record struct PaymentRow(
    Guid Payment, long Number, Guid Account, Guid Clearing, Guid Credit, long AmountMinor, string Dialect, string Status, string Method,
    string? Details,
    DateTimeOffset At)
{
    public bool IsCaptured => Status == "captured";
}
