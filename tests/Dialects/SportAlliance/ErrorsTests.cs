using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.SportAlliance.Messages;

namespace Quittance.Tests.SportAlliance;

/// <summary>The status, code and place of every refusal.</summary>
public sealed class ErrorsTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    [Theory]
    [InlineData(EdgeFault.Unauthenticated, 401, "errormessage.authentication.failed")]
    [InlineData(EdgeFault.Forbidden, 403, "errormessage.permission.denied")]
    [InlineData(EdgeFault.RateLimited, 429, "errormessage.ratelimit.exceeded")]
    [InlineData(EdgeFault.PathUnknown, 404, "errormessage.entity.notfound")]
    [InlineData(EdgeFault.MethodNotAllowed, 405, "errormessage.method.notallowed")]
    [InlineData(EdgeFault.MediaTypeUnsupported, 415, "errormessage.mediatype.unsupported")]
    [InlineData(EdgeFault.BodyTooLarge, 413, "errormessage.body.toolarge")]
    [InlineData(EdgeFault.BodyBroken, 400, "errormessage.validation.failed")]
    [InlineData(EdgeFault.KeyMalformed, 400, "errormessage.validation.failed")]
    [InlineData(EdgeFault.Overloaded, 503, "errormessage.service.unavailable")]
    [InlineData(EdgeFault.Unavailable, 503, "errormessage.service.unavailable")]
    [InlineData(EdgeFault.Held, 503, "errormessage.books.held")]
    [InlineData(EdgeFault.Internal, 500, "errormessage.system.error")]
    public void Fault_AroundAnOperation_HasItsCode(EdgeFault fault, int status, string code)
    {
        var error = SportAllianceErrors.Of(fault);
        Assert.Equal((status, code), (error.Status, error.Code));
    }

    [Theory]
    [InlineData(Refusal.AccountUnknown, 404, "errormessage.entity.notfound", null)]
    [InlineData(Refusal.KeyReused, 409, "errormessage.idempotencykey.reused", null)]
    [InlineData(Refusal.UnderWay, 409, "errormessage.concurrent.modification", null)]
    [InlineData(Refusal.ChargeClaimed, 409, "errormessage.concurrent.modification", null)]
    [InlineData(Refusal.ChargeUnknown, 400, "errormessage.validation.failed", "debtClaimIds.1")]
    [InlineData(Refusal.NothingDue, 400, "errormessage.validation.failed", "debtClaimIds.1")]
    [InlineData(Refusal.CurrencyMismatch, 400, "errormessage.validation.failed", "debtClaimIds.1")]
    [InlineData(Refusal.PartsExceedPayment, 400, "errormessage.validation.failed", "amount.amount")]
    [InlineData(Refusal.Overloaded, 503, "errormessage.service.unavailable", null)]
    [InlineData(Refusal.Held, 503, "errormessage.books.held", null)]
    public void Refusal_HasItsCodeAndPlace(Refusal refusal, int status, string code, string? reference)
    {
        var error = SportAllianceErrors.Of(new Fault(refusal, 1), Euro);
        Assert.Equal((status, code, reference), (error.Status, error.Code, error.Reference));
    }

    [Fact]
    public void Refusal_OfTheStudiosCurrency_NamesIt()
    {
        var error = SportAllianceErrors.Of(new Fault(Refusal.CurrencyMismatch), Euro);
        Assert.Equal(
            ("amount.currency", "The currency must be EUR."), (error.Reference, Languages.Of("en").Format(error.Message, error.Arguments)));
    }

    [Fact]
    public void Refusals_AreAllReported()
    {
        foreach (var refusal in Enum.GetValues<Refusal>())
        {
            var error = SportAllianceErrors.Of(new Fault(refusal), Euro);
            Assert.InRange(error.Status, 400, 503);
            Assert.DoesNotContain("{", Languages.Of("en").Format(error.Message, error.Arguments), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Token_HasCodesOfItsOwn()
    {
        var studio = new Installation(new MerchantId(1), 1, "sport-alliance", Euro, "en", "Europe/Berlin");
        (SportAllianceError Error, string Code, string Reference, string Text)[] expected =
        [
            (SportAllianceErrors.TokenUnknown, "unknown", "paymentRequestToken", "Das Zahlungstoken ist unbekannt."),
            (SportAllianceErrors.TokenUsed, "used", "paymentRequestToken", "Das Zahlungstoken wurde bereits verwendet."),
            (SportAllianceErrors.TokenOfAnother, "customer.mismatch", "paymentRequestToken",
                "Das Zahlungstoken gehört zu einem anderen Kunden."),
            (SportAllianceErrors.TokenWithoutAmount, "kind.mismatch", "paymentRequestToken",
                "Das Zahlungstoken wurde für ein Zahlungsmittel ausgestellt, nicht für eine Zahlung."),
            (SportAllianceErrors.TokenWithAmount, "kind.mismatch", "paymentRequestToken",
                "Das Zahlungstoken wurde für eine Zahlung ausgestellt, nicht für ein Zahlungsmittel."),
            (SportAllianceErrors.TokenExpired(new DateTimeOffset(2027, 7, 1, 22, 30, 0, TimeSpan.Zero), studio), "expired",
                "paymentRequestToken",
                "Das Zahlungstoken ist am 02.07.2027 00:30 abgelaufen."),
            (SportAllianceErrors.AmountDiffers(new Money(1_234_50, Euro)), "amount.mismatch", "amount.amount",
                "Der Betrag muss dem autorisierten Betrag von 1.234,50 EUR entsprechen."),
        ];
        foreach (var (error, code, reference, text) in expected)
        {
            Assert.Equal((400, $"errormessage.payment.token.{code}", reference), (error.Status, error.Code, error.Reference));
            Assert.Equal(text, Languages.Of("de").Format(error.Message, error.Arguments));
        }

        Assert.Equal((400, "errormessage.payment.declined"), (SportAllianceErrors.Declined.Status, SportAllianceErrors.Declined.Code));
    }
}
