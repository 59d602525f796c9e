using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

/// <summary>The rules under which a bank account may be debited.</summary>
public enum MandateScheme
{
    /// <summary>SEPA direct debit.</summary>
    Sepa,

    /// <summary>Bacs direct debit, in the United Kingdom.</summary>
    Bacs,

    /// <summary>LSV⁺, the direct debit of the Swiss banks.</summary>
    SwissLsv,

    /// <summary>CH-DD, the direct debit of PostFinance.</summary>
    SwissDebit,
}

/// <summary>Whether a mandate may be used.</summary>
public enum MandateStatus
{
    /// <summary>It may be.</summary>
    Active,

    /// <summary>The customer or the merchant has ended it.</summary>
    Cancelled,

    /// <summary>It was not used for so long that it is void.</summary>
    Expired,
}

/// <summary>How a customer gave a mandate.</summary>
public enum MandateSource
{
    /// <summary>In the payment widget.</summary>
    Widget,

    /// <summary>To a client of an API, which passed it on.</summary>
    Client,

    /// <summary>On a page of the provider that holds it.</summary>
    ProviderPage,

    /// <summary>On paper; a file brought it into the books.</summary>
    Paper,

    /// <summary>To a system before this one; a file brought it into the books.</summary>
    Import,
}

/// <summary>A customer's leave to debit a bank account.</summary>
public sealed record Mandate
{
    /// <summary>A mandate whose reference is known to be one of its scheme.</summary>
    /// <param name="reference">Names it towards the banks, unique for the merchant.</param>
    /// <param name="scheme">The rules it follows.</param>
    /// <param name="signedOn">When the customer gave it.</param>
    /// <param name="status">Whether it may be used.</param>
    /// <exception cref="ArgumentException">The scheme does not allow the reference.</exception>
    public Mandate(string reference, MandateScheme scheme, DateOnly signedOn, MandateStatus status)
    {
        if (!IsReference(scheme, reference))
            throw new ArgumentException($"{scheme} allows no such mandate reference.", nameof(reference));
        (Reference, Scheme, SignedOn, Status) = (reference, scheme, signedOn, status);
    }

    /// <summary>Names it towards the banks.</summary>
    public string Reference { get; private init; }

    /// <summary>The rules it follows.</summary>
    public MandateScheme Scheme { get; }

    /// <summary>When the customer gave it.</summary>
    public DateOnly SignedOn { get; }

    /// <summary>Whether it may be used.</summary>
    public MandateStatus Status { get; init; }

    /// <summary>The due day of its first debit by a file of the merchant's own bank; null for none.</summary>
    public DateOnly? FirstUsedOn { get; init; }

    /// <summary>
    /// The due day of its last debit by a file of the merchant's own bank, or the last day that its import says; null for none.
    /// </summary>
    public DateOnly? LastUsedOn { get; init; }

    /// <summary>How the customer gave it; null where that was not kept.</summary>
    public MandateSource? Source { get; init; }

    /// <summary>Whether it is good for one debit, though its instrument is kept.</summary>
    public bool IsForOneDebit { get; init; }

    /// <summary>Its reference in the system before this one, where that was another; null for none.</summary>
    public string? FormerReference { get; init; }

    /// <summary>The creditor identifier under which the system before this one debited, where that was another; null for none.</summary>
    public CreditorIdentifier? FormerCreditor { get; init; }

    /// <summary>How often an operator has amended it.</summary>
    public int Amended { get; init; }

    /// <summary>
    /// It, once an operator has amended it. Of debits by our files the next collection knows the reference before; that of the system
    /// before this one becomes the former one.
    /// </summary>
    /// <param name="reference">Null to keep it.</param>
    /// <param name="formerCreditor">Null to keep it.</param>
    /// <exception cref="ArgumentException">The scheme does not allow the reference.</exception>
    public Mandate Amend(string? reference, CreditorIdentifier? formerCreditor)
    {
        if (reference is not null && !IsReference(Scheme, reference))
            throw new ArgumentException($"{Scheme} allows no such mandate reference.", nameof(reference));
        var wasUsedElsewhere = FirstUsedOn is null && LastUsedOn is not null;
        return this with
        {
            Reference = reference ?? Reference,
            FormerReference = FormerReference ?? (reference is not null && wasUsedElsewhere ? Reference : null),
            FormerCreditor = formerCreditor ?? FormerCreditor,
            Amended = Amended + 1,
        };
    }

    /// <summary>Whether a text can be the reference of a mandate of this scheme.</summary>
    public static bool IsReference(MandateScheme scheme, [NotNullWhen(true)] string? text) => text is not null && scheme switch
    {
        MandateScheme.Sepa => SepaText.IsIdentifier(text),
        MandateScheme.Bacs => text.Length is >= 6 and <= 18
            && text.All(character => char.IsAsciiDigit(character) || char.IsAsciiLetterUpper(character) || "&-./".Contains(character)),
        MandateScheme.SwissLsv or MandateScheme.SwissDebit =>
            text.Length is >= 1 and <= SepaText.IdentifierLength && text.All(SepaText.IsAllowed) && text.Trim(' ') == text,
    };
}

/// <summary>Finds instruments by their mandates.</summary>
public interface IMandates
{
    /// <summary>The instrument of a mandate at a provider, and its account; null where the books have no such mandate.</summary>
    Task<(InstrumentId Instrument, AccountTarget Account)?> FindAsync(
        MerchantId merchant, string provider, string reference, CancellationToken cancel);
}
