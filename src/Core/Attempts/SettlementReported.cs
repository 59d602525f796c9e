namespace Quittance.Core.Attempts;

/// <summary>A provider has paid captured money out to the merchant's bank account.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Authorisation">The attempt that authorised the money.</param>
/// <param name="Amount">How much.</param>
public sealed record SettlementReported(DateTimeOffset At, Guid Authorisation, Money Amount) : ProviderNotice(At);
