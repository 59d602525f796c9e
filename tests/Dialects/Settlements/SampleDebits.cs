using System.Text;
using Quittance.BackOffice.BankCollections.Writing;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Settlements;

/// <summary>A studio's debits.</summary>
internal static class SampleDebits
{
    public static DebitCreditor Studio { get; } = new(
        "Fitness Köln GmbH", Iban.Parse("DE89370400440532013000"), "COBADEFFXXX", CreditorIdentifier.Parse("DE98ZZZ09999999999"));

    public static FileDebit Anna { get; } = new(
        "0194f8a1b2c37d4e8f90a1b2c3d4e5f6", 29_90, "MND-1001", new DateOnly(2026, 1, 31), "Anna Müller",
        Iban.Parse("AT611904300234573201"), "Beitrag November 2026");

    public static DebitFile Of(params DebitGroup[] groups) =>
        new("COL-2026-11-001", new DateTimeOffset(2026, 11, 20, 9, 30, 15, TimeSpan.FromHours(1)), Studio, groups);

    public static DebitGroup Group(string id, DebitSequence sequence, params FileDebit[] debits) => new(
        id, new DateOnly(2026, 12, 1), DebitScheme.Core, sequence, debits.Length, debits.Sum(debit => debit.AmountMinor),
        debits.ToAsyncEnumerable());

    public static async Task<string> WriteAsync(DebitFile file)
    {
        using var stream = new MemoryStream();
        await PainDebitWriter.WriteAsync(file, stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
