using Quittance.Core.Instruments;

namespace Quittance.Tests.Instruments;

public sealed class BankDetailsTests
{
    [Theory]
    [InlineData("DEUTDEFF", "DEUTDEFF")]
    [InlineData("deutdeff500", "DEUTDEFF500")]
    [InlineData("ZKBKCHZZ80A", "ZKBKCHZZ80A")]
    [InlineData("DEUTDEF", null)]
    [InlineData("DEUTDEFF5", null)]
    [InlineData("DEUTDEFF5000", null)]
    [InlineData("DEUTD3FF", null)]
    [InlineData("DEUTDE-F", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Bic_EightOrElevenCharacters(string? text, string? bic)
    {
        Assert.Equal(bic is not null, Bic.TryParse(text, out var parsed));
        Assert.Equal(bic, parsed?.ToString());
    }

    [Theory]
    [InlineData("200000", "200000")]
    [InlineData("20-00-00", "200000")]
    [InlineData("20 00 00", "200000")]
    [InlineData("20-00 00", null)]
    [InlineData("2-00000", null)]
    [InlineData("20.00.00", null)]
    [InlineData("20000", null)]
    [InlineData("2000000", null)]
    [InlineData("20000A", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void SortCode_SixDigits(string? text, string? digits)
    {
        Assert.Equal(digits is not null, SortCode.TryParse(text, out var code));
        Assert.Equal(digits, code?.Reveal());
    }

    [Theory]
    [InlineData("55779911", "55779911")]
    [InlineData("5577991", "05577991")]
    [InlineData("557799", "00557799")]
    [InlineData("55779", null)]
    [InlineData("557799112", null)]
    [InlineData("5577-9911", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void UkAccountNumber_SixToEightDigits(string? text, string? digits)
    {
        Assert.Equal(digits is not null, UkAccountNumber.TryParse(text, out var number));
        Assert.Equal(digits, number?.Reveal());
    }

    [Theory]
    [InlineData(MandateScheme.Sepa, "M", true)]
    [InlineData(MandateScheme.Sepa, "Mandate-2026/11 (Irwin): +?.,'x", true)]
    [InlineData(MandateScheme.Sepa, "12345678901234567890123456789012345", true)]
    [InlineData(MandateScheme.Sepa, "123456789012345678901234567890123456", false)]
    [InlineData(MandateScheme.Sepa, "/M1", false)]
    [InlineData(MandateScheme.Sepa, "M//1", false)]
    [InlineData(MandateScheme.Sepa, "M_1", false)]
    [InlineData(MandateScheme.Sepa, "Mändate", false)]
    [InlineData(MandateScheme.Sepa, "", false)]
    [InlineData(MandateScheme.Sepa, null, false)]
    [InlineData(MandateScheme.Bacs, "DDI-01", true)]
    [InlineData(MandateScheme.Bacs, "A&B/C.D-2026/11/20", true)]
    [InlineData(MandateScheme.Bacs, "DDI-1", false)]
    [InlineData(MandateScheme.Bacs, "A&B/C.D-2026/11/201", false)]
    [InlineData(MandateScheme.Bacs, "ddi-01", false)]
    [InlineData(MandateScheme.Bacs, "DDI 01", false)]
    [InlineData(MandateScheme.SwissLsv, "LSV-41301", true)]
    [InlineData(MandateScheme.SwissDebit, "123456789012345678901234567890123456", false)]
    [InlineData(MandateScheme.SwissDebit, " 1", false)]
    public void Mandate_ReferenceByItsScheme(MandateScheme scheme, string? reference, bool isOne)
    {
        Assert.Equal(isOne, Mandate.IsReference(scheme, reference));
        if (isOne)
            Assert.Equal(reference, new Mandate(reference!, scheme, new DateOnly(2026, 11, 20), MandateStatus.Active).Reference);
        else
            Assert.Throws<ArgumentException>(() => new Mandate(reference!, scheme, new DateOnly(2026, 11, 20), MandateStatus.Active));
    }
}
