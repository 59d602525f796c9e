using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Dialects.PaymentPage;
using Quittance.Papers;

namespace Quittance.Dialects.Tests.PaymentPage;

/// <summary>The text that the code of a transfer holds.</summary>
public sealed class TransferCodeTests
{
    private const string German = "DE75512108001245126199";
    private const string Swiss = "CH5800791123000889012";
    private const string SwissQr = "CH4431999123000889012";

    private static readonly PayeeAddress Zurich = new("Seestrasse 7", "8002", "Zürich", "CH");

    private static readonly PaymentLinkId Id = new(new MerchantId(1), Guid.Parse("01a1f9d2-8bd3-7c44-9a17-6e02f5b8d931"));

    // ISO 11649; Swiss Implementation Guidelines for the QR-bill, annex B.
    private static readonly TransferReference Reference = TransferReference.Of(Id);

    [Theory]
    [InlineData(1, "EUR0.01")]
    [InlineData(49_00, "EUR49.00")]
    [InlineData(99_999_999_999, "EUR999999999.99")]
    public void GiroCode_HasTheElementsOfEpc069_AndNothingAfterTheLast(long minor, string amount) => Assert.Equal(
        ["BCD", "002", "1", "SCT", "", "Käse & Söhne", German, amount, "", Reference.Creditor],
        CodeOf(new Payee(German, "Käse & Söhne", null), minor, "EUR")!.Text.Split('\n'));

    [Theory]
    [InlineData(Swiss, "SCOR")]
    [InlineData(SwissQr, "QRR")]
    public void SwissCode_HasTheElementsOfAQrBill_AndNothingAfterTheLast(string iban, string kind) => Assert.Equal(
        [
            "SPC", "0200", "1", iban, "S", "Northwind", "Seestrasse 7", "", "8002", "Zürich", "CH", "", "", "", "", "", "", "",
            "1234.50", "CHF", "", "", "", "", "", "", "", kind, kind == "QRR" ? Reference.Swiss : Reference.Creditor, "", "EPD",
        ],
        CodeOf(new Payee(iban, "Northwind", Zurich), 1234_50, "CHF")!.Text.Split("\r\n"));

    /// <summary>zbar reads no code of fewer fields with the cross on it: seen with versions 11 and 12, in all masks.</summary>
    [Fact]
    public void SwissCode_HasSoManyFields_ThatReadersFindItBelowTheCross() =>
        Assert.Equal(
            17 + (4 * 13) + (2 * TransferCode.QuietZone), CodeOf(new Payee(Swiss, "Northwind", Zurich), 49_00, "CHF")!.Fields().Count);

    [Fact]
    public void SwissCode_HasItsDebtor_WhereTheRulesPermitTheLetters()
    {
        var address = new PostalAddress("Gasse 1", null, "3011", "Bern", null, "CH");
        var payee = new Payee(Swiss, "Northwind", Zurich);

        var known = CodeOf(payee, 1234_50, "CHF", ("Ada Nkemelu", address))!;
        var foreign = CodeOf(payee, 1234_50, "CHF", ("北風", address))!;

        Assert.Equal(["S", "Ada Nkemelu", "Gasse 1", "", "3011", "Bern", "CH"], known.Text.Split("\r\n")[20..27]);
        Assert.Equal("Ada Nkemelu", known.Debtor!.Value.Name);
        Assert.Equal(CodeOf(payee, 1234_50, "CHF")!.Text, foreign.Text);
        Assert.Null(foreign.Debtor);
        Assert.Null(CodeOf(payee, 1234_50, "CHF", ("Ada Nkemelu", address with { PostalCode = null }))!.Debtor);
    }

    [Fact]
    public void GiroCode_WithTheLongestNameThatThereIs_FitsTheLargestCode()
    {
        var code = CodeOf(new Payee("MT31MALT01100000000000000000123", new string('語', Payee.MostName), null), 99_999_999_999, "EUR")!;

        // EPC069-12: 331 bytes, which is version 13 with error correction M.
        Assert.InRange(Encoding.UTF8.GetByteCount(code.Text), 200, 331);
        // 69 modules, and the quiet zone.
        Assert.DoesNotContain("viewBox=\"0 0 81 81\"", code.Picture("code").Html, StringComparison.Ordinal);
        Assert.Contains("viewBox=\"0 0 77 77\"", code.Picture("code").Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(German, "Northwind", 0, "EUR")]
    [InlineData(German, "Northwind", 100_000_000_000, "EUR")]
    [InlineData(German, "Northwind", 49_00, "CHF")]
    // Codes for accounts outside the European Economic Area name the bank.
    [InlineData("GB33BUKB20201555555555", "Northwind", 49_00, "EUR")]
    [InlineData("MC5811222000010123456789030", "Northwind", 49_00, "EUR")]
    [InlineData(Swiss, "Northwind", 49_00, "USD")]
    [InlineData(Swiss, "Northwind", 100_000_000_000, "CHF")]
    // A QR-bill has letters of Western Europe alone.
    [InlineData(Swiss, "北風", 49_00, "CHF")]
    public void Transfer_ThatNoCodeCanSay_HasNone(string iban, string name, long minor, string currency) =>
        Assert.Null(CodeOf(new Payee(iban, name, Zurich), minor, currency));

    private static TransferCode? CodeOf(
        Payee payee, long minor, string currency, (string, PostalAddress)? debtor = null) => TransferCode.Of(
        payee,
        new PaymentLink(
            Id, new AccountId(Id.Merchant, Guid.Empty), 0, 1, new Money(1, Currency.Parse(currency)),
            [new ChargeId(Id.Merchant, Guid.Empty)], "INV-1", DateTimeOffset.MaxValue),
        new Money(minor, Currency.Parse(currency)), debtor);
}
