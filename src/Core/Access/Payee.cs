namespace Quittance.Core.Access;

/// <summary>The bank account to which a merchant's customers transfer money, as its bills print it.</summary>
/// <param name="Iban">Its number, without blanks.</param>
/// <param name="Name">Its holder.</param>
/// <param name="Address">The holder's address, which a Swiss QR-bill has; null where it is not known.</param>
public sealed record Payee(string Iban, string Name, PayeeAddress? Address)
{
    /// <summary>The longest name that banks take.</summary>
    public const int MostName = 70;

    // The bank numbers of QR-IBANs (Swiss Payment Standards).
    private const int FirstQrBank = 30000;
    private const int LastQrBank = 31999;

    /// <summary>Whether it is an account in Switzerland or Liechtenstein.</summary>
    public bool IsSwiss => Iban.StartsWith("CH", StringComparison.Ordinal) || Iban.StartsWith("LI", StringComparison.Ordinal);

    /// <summary>Whether the bank takes a transfer to it with a Swiss reference alone.</summary>
    public bool IsQrIban => IsSwiss && int.Parse(Iban.AsSpan(4, 5)) is >= FirstQrBank and <= LastQrBank;

    /// <summary>Reads the number of a bank account; null for none that is valid.</summary>
    public static string? IbanIn(string text) => Instruments.Iban.TryParse(text, out var iban) ? iban.Reveal() : null;
}

/// <summary>A postal address.</summary>
/// <param name="Street">Street and number; null where there is none.</param>
/// <param name="Country">Two letters of ISO 3166.</param>
public sealed record PayeeAddress(string? Street, string Postcode, string Town, string Country)
{
    // Swiss Implementation Guidelines for the QR-bill.
    public const int MostStreet = 70;
    public const int MostPostcode = 16;
    public const int MostTown = 35;
}

/// <summary>The merchants' bank accounts for transfers.</summary>
public interface IPayees
{
    /// <summary>A merchant's account; null where it has named none.</summary>
    Task<Payee?> FindAsync(MerchantId merchant, CancellationToken cancel);
}
