namespace Quittance.Core.Mails;

/// <summary>Reads the mails to customers, without locks.</summary>
public interface IMails
{
    /// <summary>A mail; null where the merchant has none of this id.</summary>
    Task<Mail?> FindAsync(MailId id, CancellationToken cancel);

    /// <summary>A part of a merchant's mails, the newest first. Their ids are in the order of their time.</summary>
    /// <param name="status">Where they stand; null for all.</param>
    /// <param name="account">Of one customer; null for all.</param>
    /// <param name="after">The mail behind which the part begins; null for the first part.</param>
    Task<IReadOnlyList<Mail>> ListAsync(
        MerchantId merchant, MailStatus? status, AccountId? account, Guid? after, int limit, CancellationToken cancel);
}
