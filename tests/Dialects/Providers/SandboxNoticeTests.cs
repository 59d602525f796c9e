using System.Text;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Notices;
using Quittance.Providers.Sandbox;

namespace Quittance.Tests.Providers;

public sealed class SandboxNoticeTests
{
    private const string Request = "0198b1c2-0000-8000-8000-000000000001";
    private const string Authorisation = "0198b1c2-0000-8000-8000-000000000002";
    private const string At = "2026-03-01T12:00:00Z";

    private static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Change_IsRead_AndWrittenAnew()
    {
        var notice = Parse($$"""
            {"type":"request.changed","id":"{{Request}}","verb":"capture","authorisation":"{{Authorisation}}","state":"declined",
             "reason":"insufficient_funds","amount_minor":1250,"currency":"EUR","at":"{{At}}","card":"4242424242424242"}
            """);

        Assert.Equal(
            new RequestChanged(Time, Guid.Parse(Request), Verb.Capture, Verdict.Declined, DeclineReason.InsufficientFunds, Euros(12_50))
            {
                Authorisation = Guid.Parse(Authorisation),
            },
            notice);
        Assert.Equal(
            $$"""{"type":"request_changed","at":"2026-03-01T12:00:00+00:00","request":"{{Request}}","verb":"capture","""
                + $"\"verdict\":\"declined\",\"reason\":\"insufficient_funds\",\"of\":\"{Authorisation}\","
                + "\"amount_minor\":1250,\"currency\":\"EUR\"}",
            notice!.ToRedactedJson());
    }

    [Theory]
    [InlineData("opened", typeof(DisputeOpened))]
    [InlineData("won", typeof(DisputeWon))]
    [InlineData("lost", typeof(DisputeLost))]
    public void Dispute_IsRead_AndWrittenAnew(string what, Type type)
    {
        var notice = Assert.IsType<DisputeNotice>(Parse(Dispute($"dispute.{what}", "D-1")), exactMatch: false);

        Assert.IsType(type, notice);
        Assert.Equal(("D-1", DisputeKind.ReturnedDebit, Guid.Parse(Authorisation)), (notice.Dispute, notice.Kind, notice.Authorisation));
        Assert.Equal((Time, Euros(12_50), Euros(3_00)), (notice.At, notice.Amount, notice.Fee));
        Assert.Equal(
            $$"""{"type":"dispute_{{what}}","at":"2026-03-01T12:00:00+00:00","dispute":"D-1","kind":"returned_debit","""
                + $"\"authorisation\":\"{Authorisation}\",\"amount_minor\":1250,\"currency\":\"EUR\",\"fee_minor\":300}}",
            notice.ToRedactedJson());
    }

    [Fact]
    public void Settlement_IsRead_AndWrittenAnew()
    {
        var notice = Parse(
            $$"""{"type":"settlement.reported","authorisation":"{{Authorisation}}","amount_minor":1250,"currency":"EUR","at":"{{At}}"}""");

        Assert.Equal(new SettlementReported(Time, Guid.Parse(Authorisation), Euros(12_50)), notice);
        Assert.Equal(
            $$"""{"type":"settlement_reported","at":"2026-03-01T12:00:00+00:00","authorisation":"{{Authorisation}}","""
                + "\"amount_minor\":1250,\"currency\":\"EUR\"}",
            notice!.ToRedactedJson());
    }

    [Theory]
    [InlineData("4242424242424242", "************4242 477bba133c182267")]
    [InlineData("card 4242-4242-4242-4242 of Ann", "card ************4242 of Ann ffec063de46c0f6f")]
    [InlineData("4242424242424241", "4242424242424241")]
    [InlineData("0198b1c2-4242-8242-8242-424242424242", "0198b1c2-4242-8242-8242-424242424242")]
    public void CardNumberInAText_IsCut(string dispute, string kept) =>
        Assert.Contains($"\"dispute\":\"{kept}\"", Parse(Dispute("dispute.opened", dispute))!.ToRedactedJson(), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"at\":\"2026-03-01T12:00:00Z\"", "\"at\":\"yesterday\"")]
    [InlineData("\"at\":\"2026-03-01T12:00:00Z\"", "\"when\":1")]
    [InlineData("12:00:00Z", "12:00:00")]
    [InlineData("D-1", "\\ud800")]
    [InlineData("\"dispute\"", "\"\\ud800\"")]
    [InlineData("1250", "-1250")]
    [InlineData("1250", "12.5")]
    [InlineData("1250", "\"1250\"")]
    [InlineData("1250", "1250,\"amount_minor\":1")]
    [InlineData("1250", "1000000000000000")]
    [InlineData("\"EUR\"", "\"XXX\"")]
    [InlineData("\"EUR\"", "null")]
    [InlineData("dispute.opened", "dispute.forgotten")]
    [InlineData("returned_debit", "regret")]
    [InlineData("\"D-1\"", "\"\"")]
    [InlineData("\"D-1\"", "17")]
    [InlineData(Authorisation, "17")]
    [InlineData("300", "-300")]
    [InlineData("}", "")]
    [InlineData("{", "[{")]
    public void AnythingWrong_IsNoNotice(string right, string wrong) =>
        Assert.Null(Parse(Dispute("dispute.opened", "D-1").Replace(right, wrong, StringComparison.Ordinal)));

    [Fact]
    public void BytesThatAreNoText_AreNoNotice()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes(Dispute("dispute.opened", "D-1"))];
        body[body.AsSpan().IndexOf("D-1"u8)] = 0xFF;

        Assert.Null(SandboxNotice.TryParse(body));
    }

    private static string Dispute(string type, string dispute) => $$"""
        {"type":"{{type}}","dispute":"{{dispute}}","kind":"returned_debit","authorisation":"{{Authorisation}}",
        "amount_minor":1250,"fee_minor":300,"currency":"EUR","at":"{{At}}"}
        """;

    private static ProviderNotice? Parse(string body) => SandboxNotice.TryParse(Encoding.UTF8.GetBytes(body));

    private static Money Euros(long amountMinor) => new(amountMinor, Currency.Parse("EUR"));
}
