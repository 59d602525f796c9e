namespace Quittance.Core.Mails;

/// <summary>What a mail server reports about a mail that it took (RFC 3464).</summary>
/// <param name="Mail">The mail's id, by the message that the report returns; null where that is none of ours.</param>
/// <param name="HasFailed">Whether it does not arrive; else it is late, or something else is reported.</param>
/// <param name="IsOfAddress">Whether the address takes no mail and will take none.</param>
/// <param name="Addresses">The addresses that it names: of a mail that was passed on, others than ours.</param>
public sealed record BounceReport(Guid? Mail, bool HasFailed, bool IsOfAddress, IReadOnlyList<string> Addresses)
{
    /// <summary>The most bytes of a report with the mail that it returns.</summary>
    public const int Most = 10 * 1024 * 1024;

    /// <summary>Whether it names an address. Mail servers write domains in their own letters, or as those of hosts.</summary>
    public bool Names(string address) => Addresses.Any(one => string.Equals(one, address, StringComparison.OrdinalIgnoreCase));

    /// <summary>Nothing of the person, so that no log has it.</summary>
    public override string ToString() => $"report about mail {Mail}";
}

/// <summary>The result of a report.</summary>
public enum BounceNote
{
    /// <summary>The mail came back, which is new.</summary>
    Noted,

    /// <summary>An earlier report has said it.</summary>
    Repeated,

    /// <summary>It is about no mail of the merchant's, or one that was never sent.</summary>
    Unknown,

    /// <summary>It says nothing that ends a mail: the mail is late, or arrived.</summary>
    Nothing,

    /// <summary>It is not yet noted that the mail was sent: the report is to be looked at later.</summary>
    Early,
}

/// <summary>Reads the reports of mail servers.</summary>
public interface IBounceReader
{
    /// <summary>A report; null where the message is none.</summary>
    Task<BounceReport?> ReadAsync(Stream message, CancellationToken cancel);

    /// <summary>An address as reports name it.</summary>
    string Written(string address);
}
