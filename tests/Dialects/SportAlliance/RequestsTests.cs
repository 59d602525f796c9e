using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.SportAlliance.Messages;

namespace Quittance.Tests.SportAlliance;

/// <summary>The bodies of the operations that write: what is read of them, and the first thing that is wrong with them.</summary>
public sealed class RequestsTests
{
    private const string Session = """{"amount": 59.80, "scope": "ECOM", "referenceText": "Open fees"}""";
    private const string Payment =
        """{"paymentRequestToken": "prt_1", "amount": {"amount": 20, "currency": "EUR"}, "debtClaimIds": [501, 502]}""";

    private static readonly Currency Euro = Currency.Parse("EUR");

    [Fact]
    public void Session_WithEverything_IsRead()
    {
        var read = SportAllianceRequests.Session(Utf8("""
            {"amount": 0, "scope": "MEMBER_ACCOUNT", "referenceText": "März ✓", "customerId": 9223372036854775807,
             "permittedPaymentChoices": ["SEPA", "CREDIT_CARD"], "requireDirectDebitSignature": true,
             "showExistingPaymentInstruments": false, "somethingNew": {"a": [1]}}
            """), Euro).Value;

        Assert.Equal((new Money(0, Euro), SessionScope.MemberAccount, "März ✓"), (read.Amount, read.Scope, read.ReferenceText));
        Assert.Equal((long.MaxValue, null), (read.Customer!.Value, read.FinionPayCustomer));
        Assert.Equal([PaymentChoice.Sepa, PaymentChoice.CreditCard], read.Choices);
        Assert.Equal((true, false), (read.RequiresSignature, read.OffersStored));
    }

    [Fact]
    public void Session_WithTheLeast_HasTheUsual()
    {
        var read = SportAllianceRequests.Session(
            Utf8(Session.Replace("}", """, "customerId": null, "permittedPaymentChoices": []}""")), Euro).Value;

        Assert.Equal((5980, SessionScope.Ecom), (read.Amount.AmountMinor, read.Scope));
        Assert.Null(read.Customer);
        Assert.Empty(read.Choices);
        Assert.Equal((false, true), (read.RequiresSignature, read.OffersStored));
    }

    [Fact]
    public void Session_OfAPersonKnownToFinionPay_IsRead() => Assert.Equal(
        Guid.Parse("2b0c7d1e-5a64-4a3e-9c55-0d8f6f0a1b22"),
        SportAllianceRequests.Session(
            Utf8(With(Session, "finionPayCustomerId", "\"2b0c7d1e-5a64-4a3e-9c55-0d8f6f0a1b22\"")), Euro).Value.FinionPayCustomer);

    [Theory]
    [InlineData("amount", null, "amount", Message.ValueRequired)]
    [InlineData("amount", "null", "amount", Message.ValueRequired)]
    [InlineData("amount", "\"10\"", "amount", Message.ValueWrongType)]
    [InlineData("amount", "{}", "amount", Message.ValueWrongType)]
    [InlineData("amount", "-0.01", "amount", Message.AmountNegative)]
    [InlineData("amount", "10.001", "amount", Message.AmountTooPrecise)]
    [InlineData("amount", "1e-3", "amount", Message.AmountTooPrecise)]
    [InlineData("amount", "1e30", "amount", Message.AmountTooLarge)]
    [InlineData("amount", "10000000000000", "amount", Message.AmountTooLarge)]
    [InlineData("scope", null, "scope", Message.ValueRequired)]
    [InlineData("scope", "1", "scope", Message.ValueWrongType)]
    [InlineData("scope", "\"ecom\"", "scope", Message.ValueNotAllowed)]
    [InlineData("scope", "\"\"", "scope", Message.ValueNotAllowed)]
    [InlineData("referenceText", null, "referenceText", Message.ValueRequired)]
    [InlineData("referenceText", "\"\"", "referenceText", Message.TextBlank)]
    [InlineData("referenceText", "\" \\t\"", "referenceText", Message.TextBlank)]
    [InlineData("referenceText", "\"a\\u0000\"", "referenceText", Message.TextInvalid)]
    [InlineData("referenceText", "\"\\ud800\"", "referenceText", Message.TextInvalid)]
    [InlineData("customerId", "0", "customerId", Message.IntegerOutOfRange)]
    [InlineData("customerId", "-1", "customerId", Message.IntegerOutOfRange)]
    [InlineData("customerId", "9223372036854775808", "customerId", Message.IntegerOutOfRange)]
    [InlineData("customerId", "1.5", "customerId", Message.ValueWrongType)]
    [InlineData("customerId", "\"1001\"", "customerId", Message.ValueWrongType)]
    [InlineData("finionPayCustomerId", "\"2b0c7d1e\"", "finionPayCustomerId", Message.UuidInvalid)]
    [InlineData("finionPayCustomerId", "\"\"", "finionPayCustomerId", Message.UuidInvalid)]
    [InlineData("finionPayCustomerId", "7", "finionPayCustomerId", Message.ValueWrongType)]
    [InlineData("permittedPaymentChoices", "\"CASH\"", "permittedPaymentChoices", Message.ValueWrongType)]
    [InlineData("permittedPaymentChoices", "[\"CASH\", 1]", "permittedPaymentChoices.1", Message.ValueWrongType)]
    [InlineData("permittedPaymentChoices", "[\"CASH\", \"GOLD\"]", "permittedPaymentChoices.1", Message.ValueNotAllowed)]
    [InlineData("permittedPaymentChoices", "[\"CASH\", \"BACS\", \"CASH\"]", "permittedPaymentChoices.2", Message.ValueDuplicate)]
    [InlineData("requireDirectDebitSignature", "\"true\"", "requireDirectDebitSignature", Message.ValueWrongType)]
    [InlineData("showExistingPaymentInstruments", "0", "showExistingPaymentInstruments", Message.ValueWrongType)]
    public void Session_ThatIsNone_IsRefused(string member, string? value, string reference, Message message) =>
        AssertRefused(SportAllianceRequests.Session(Utf8(With(Session, member, value)), Euro), reference, message);

    [Fact]
    public void Session_OfTwoCustomers_IsRefused() => AssertRefused(
        SportAllianceRequests.Session(
            Utf8(With(With(Session, "customerId", "1001"), "finionPayCustomerId", "\"2b0c7d1e-5a64-4a3e-9c55-0d8f6f0a1b22\"")), Euro),
        "finionPayCustomerId", Message.CustomerGivenTwice);

    [Fact]
    public void Payment_IsRead()
    {
        var read = SportAllianceRequests.Payment(Utf8(Payment), Euro).Value;
        Assert.Equal(("prt_1", new Money(20_00, Euro)), (read.Token, read.Amount));
        Assert.Equal([501, 502], read.DebtClaims);
        Assert.DoesNotContain("prt_1", read.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("20.0")]
    [InlineData("20.00")]
    [InlineData("2e1")]
    public void Payment_OfOneAmountWrittenDifferently_IsTheSame(string amount) => Assert.Equal(
        20_00, SportAllianceRequests.Payment(Utf8(Payment.Replace("20", amount)), Euro).Value.Amount.AmountMinor);

    [Theory]
    [InlineData("paymentRequestToken", null, "paymentRequestToken", Message.ValueRequired)]
    [InlineData("paymentRequestToken", "\"\"", "paymentRequestToken", Message.TextBlank)]
    [InlineData("paymentRequestToken", "\"  \"", "paymentRequestToken", Message.TextBlank)]
    [InlineData("paymentRequestToken", "5", "paymentRequestToken", Message.ValueWrongType)]
    [InlineData("paymentRequestToken", "\"\\u0000\"", "paymentRequestToken", Message.TextInvalid)]
    [InlineData("amount", null, "amount", Message.ValueRequired)]
    [InlineData("amount", "20", "amount", Message.ValueWrongType)]
    [InlineData("amount", "{}", "amount.amount", Message.ValueRequired)]
    [InlineData("amount", """{"amount": 20}""", "amount.currency", Message.ValueRequired)]
    [InlineData("amount", """{"currency": "EUR"}""", "amount.amount", Message.ValueRequired)]
    [InlineData("amount", """{"amount": 0, "currency": "EUR"}""", "amount.amount", Message.AmountNotPositive)]
    [InlineData("amount", """{"amount": -0.0, "currency": "EUR"}""", "amount.amount", Message.AmountNotPositive)]
    [InlineData("amount", """{"amount": -5, "currency": "EUR"}""", "amount.amount", Message.AmountNotPositive)]
    [InlineData("amount", """{"amount": 20.005, "currency": "EUR"}""", "amount.amount", Message.AmountTooPrecise)]
    [InlineData("amount", """{"amount": 20, "currency": "USD"}""", "amount.currency", Message.CurrencyMismatch)]
    [InlineData("amount", """{"amount": 20, "currency": "eur"}""", "amount.currency", Message.CurrencyMismatch)]
    [InlineData("amount", """{"amount": 20, "currency": ""}""", "amount.currency", Message.CurrencyMismatch)]
    [InlineData("amount", """{"amount": 20, "amount": 30, "currency": "EUR"}""", "amount.amount", Message.ValueDuplicate)]
    [InlineData("debtClaimIds", "7001", "debtClaimIds", Message.ValueWrongType)]
    [InlineData("debtClaimIds", "[7001, 0]", "debtClaimIds.1", Message.IntegerOutOfRange)]
    [InlineData("debtClaimIds", "[-7]", "debtClaimIds.0", Message.IntegerOutOfRange)]
    [InlineData("debtClaimIds", "[7001, \"7002\"]", "debtClaimIds.1", Message.ValueWrongType)]
    [InlineData("debtClaimIds", "[null]", "debtClaimIds.0", Message.ValueWrongType)]
    [InlineData("debtClaimIds", "[9223372036854775808]", "debtClaimIds.0", Message.IntegerOutOfRange)]
    [InlineData("debtClaimIds", "[7001, 7002, 7001]", "debtClaimIds.2", Message.ValueDuplicate)]
    public void Payment_ThatIsNone_IsRefused(string member, string? value, string reference, Message message) =>
        AssertRefused(SportAllianceRequests.Payment(Utf8(With(Payment, member, value)), Euro), reference, message);

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    [InlineData(1_000_000, false)]
    public void Token_HasAtMost512Characters(int length, bool isTaken)
    {
        foreach (var letter in new[] { "t", "😀" })
        {
            var token = string.Concat(Enumerable.Repeat(letter, length));
            var read = SportAllianceRequests.Instrument(Utf8($$"""{"paymentRequestToken": "{{token}}"}"""));
            Assert.Equal(isTaken, read.Error is null);
            if (!isTaken)
                AssertRefused(read, "paymentRequestToken", Message.TextTooLong);
        }
    }

    [Fact]
    public void Claims_BeyondAThousand_AreTooMany()
    {
        var ids = string.Join(',', Enumerable.Range(1, 1001));
        AssertRefused(
            SportAllianceRequests.Payment(Utf8(With(Payment, "debtClaimIds", $"[{ids}]")), Euro), "debtClaimIds", Message.ListTooLong);
    }

    [Fact]
    public void Claims_NotNamed_AreNone()
    {
        foreach (var value in new[] { null, "null", "[]" })
            Assert.Empty(SportAllianceRequests.Payment(Utf8(With(Payment, "debtClaimIds", value)), Euro).Value.DebtClaims);
    }

    [Theory]
    [InlineData("JPY", "20", null)]
    [InlineData("JPY", "20.5", Message.AmountTooPrecise)]
    [InlineData("KWD", "20.12", null)]
    [InlineData("KWD", "20.125", Message.AmountTooPrecise)]
    public void Amount_HasTwoDecimalsAtMostAndNoneBeyondTheCurrency(string currency, string amount, Message? expected)
    {
        var body = Payment.Replace("EUR", currency, StringComparison.Ordinal)
            .Replace("\"amount\": 20", $"\"amount\": {amount}", StringComparison.Ordinal);
        Assert.Equal(expected, SportAllianceRequests.Payment(Utf8(body), Currency.Parse(currency)).Error?.Message);
    }

    [Theory]
    [InlineData("", Message.BodyUnreadable, null)]
    [InlineData("{", Message.BodyUnreadable, null)]
    [InlineData("[]", Message.BodyNotObject, null)]
    [InlineData("null", Message.BodyNotObject, null)]
    [InlineData("""{"a":1,"a":2}""", Message.ValueDuplicate, "a")]
    public void Body_ThatIsNone_IsRefused(string body, Message message, string? reference)
    {
        AssertRefused(SportAllianceRequests.Session(Utf8(body), Euro), reference, message);
        AssertRefused(SportAllianceRequests.Payment(Utf8(body), Euro), reference, message);
        AssertRefused(SportAllianceRequests.Instrument(Utf8(body)), reference, message);
    }

    [Fact]
    public void Arguments_HaveTheirTypes()
    {
        Assert.Equal("MONEY", TypesOf(SportAllianceRequests.Payment(Utf8(Payment.Replace("20", "1e20", StringComparison.Ordinal)), Euro)));
        Assert.Equal("STRING", TypesOf(SportAllianceRequests.Payment(Utf8(Payment.Replace("EUR", "USD", StringComparison.Ordinal)), Euro)));
        Assert.Equal(
            "INTEGER", TypesOf(SportAllianceRequests.Payment(Utf8(Payment.Replace("20", "0.001", StringComparison.Ordinal)), Euro)));
        Assert.Equal(
            "INTEGER INTEGER", TypesOf(SportAllianceRequests.Payment(Utf8(Payment.Replace("501", "0", StringComparison.Ordinal)), Euro)));
        Assert.Equal("TIMESTAMP", MessageArgument.Of(new DateTimeOffset(2027, 3, 9, 7, 5, 0, TimeSpan.FromHours(1))).Type);
    }

    [Fact]
    public void Arguments_AreWrittenAsValues()
    {
        Assert.Equal("""{"amount":59.8,"currency":"EUR"}""", Written(MessageArgument.Of(new Money(59_80, Euro))));
        Assert.Equal(
            "\"2027-03-09T06:05:00Z\"", Written(MessageArgument.Of(new DateTimeOffset(2027, 3, 9, 7, 5, 0, TimeSpan.FromHours(1)))));
        Assert.Equal("7", Written(MessageArgument.Of(7)));
        Assert.Equal("\"EUR\"", Written(MessageArgument.Of("EUR")));
    }

    private static string Written(MessageArgument argument)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            argument.WriteValue(json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string TypesOf<T>(Reading<T, SportAllianceError> read)
        where T : notnull => string.Join(' ', read.Error!.Arguments.Select(argument => argument.Type));

    private static void AssertRefused<T>(Reading<T, SportAllianceError> read, string? reference, Message message)
        where T : notnull
    {
        Assert.NotNull(read.Error);
        Assert.Equal((400, "errormessage.validation.failed", reference, message),
            (read.Error.Status, read.Error.Code, read.Error.Reference, read.Error.Message));
        Assert.Throws<InvalidOperationException>(() => read.Value);
    }

    /// <summary>A body with a member of another value, or without it.</summary>
    private static string With(string body, string member, string? value)
    {
        using var document = JsonDocument.Parse(body);
        var members = document.RootElement.EnumerateObject().Where(one => one.Name != member).Select(one => one.ToString());
        if (value is not null)
            members = members.Append($"\"{member}\": {value}");
        return $"{{{string.Join(',', members)}}}";
    }

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
