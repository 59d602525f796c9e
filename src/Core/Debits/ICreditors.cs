using Quittance.Core.Accounts;

namespace Quittance.Core.Debits;

/// <summary>Reads what a mandate on paper says of the merchant.</summary>
public interface ICreditors
{
    /// <summary>The merchant's bank account for debits; null for none.</summary>
    Task<BankAccount?> FindAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>A reference that no mandate of the merchant has, for the next one of a customer.</summary>
    Task<string> NextReferenceAsync(Account account, CancellationToken cancel);
}
