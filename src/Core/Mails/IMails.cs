namespace Quittance.Core.Mails;

/// <summary>Reads the mails to customers, without locks.</summary>
public interface IMails
{
    /// <summary>A mail; null where the merchant has none of this id.</summary>
    Task<Mail?> FindAsync(MailId id, CancellationToken cancel);

    /// <summary>A part of a merchant's mails, the newest first. Their ids are in the order of their time.</summary>
    /// <param name="after">The mail behind which the part begins; null for the first part.</param>
    Task<IReadOnlyList<Mail>> ListAsync(MerchantId merchant, MailQuery query, Guid? after, int limit, CancellationToken cancel);

    /// <summary>The latest mails about some things, the newest first.</summary>
    /// <param name="subjects">The ids of payments, links and other things.</param>
    Task<IReadOnlyList<Mail>> AboutAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> subjects, int limit, CancellationToken cancel);
}

/// <summary>Which mails are wanted; null for all.</summary>
/// <param name="Status">Where they stand.</param>
/// <param name="Account">Those to a customer.</param>
/// <param name="About">The id of the payment, link or other thing that they are about.</param>
public sealed record MailQuery(MailStatus? Status = null, AccountId? Account = null, Guid? About = null);
