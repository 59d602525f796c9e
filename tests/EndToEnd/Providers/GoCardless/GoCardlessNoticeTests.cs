using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Providers;
using Quittance.Providers.GoCardless;
using Quittance.Providers.Notices;

namespace Quittance.Tests.Providers;

/// <summary>GoCardless's events: signed in GoCardless's way, many in one request, and questions to GoCardless instead of news.</summary>
public sealed class GoCardlessNoticeTests
{
    private const string Secret = "ED7D658C-D8EB-4941-948B-3973214F2D49";

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    /// <summary>The signature of a body.</summary>
    public static string Signed(string body, string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    public static string Event(string id, string resource, string action, string links) =>
        $$"""{"id":"{{id}}","created_at":"2026-11-23T02:00:00.000Z","resource_type":"{{resource}}","action":"{{action}}","""
        + $$""" "links":{{links}},"details":{"origin":"bank","cause":"other"},"metadata":{} }""";

    public static string Batch(params IEnumerable<string> events) => $$"""{"events":[{{string.Join(',', events)}}]}""";

    [Fact]
    public void Signature_IsThatOfTheBodyUnderTheSecret()
    {
        var body = Batch(Event("EV1", "payments", "confirmed", """{"payment":"PM1"}"""));
        var signature = Signed(body, Secret);

        Assert.Null(Read(body, signature).Refusal);
        foreach (var wrong in new[] { null, "", "notatallcorrect", signature[..^1], signature + "0", Signed(body, "another one") })
            Assert.NotNull(Read(body, wrong).Refusal);
        Assert.NotNull(Read(body + " ", signature).Refusal);
        // A merchant without an account has no key.
        Assert.NotNull(new GoCardlessKind().ReadNotices(Posted(body, signature, [])).Refusal);
    }

    [Fact]
    public void Event_IsAQuestionAboutItsObject()
    {
        var read = Read(Batch(
            Event("EV1", "payments", "confirmed", """{"payment":"PM1"}"""), Event("EV2", "payments", "submitted", """{"payment":"PM1"}"""),
            Event("EV3", "payments", "failed", """{"payment":"PM2"}"""), Event("EV4", "payments", "charged_back", """{"payment":"PM3"}"""),
            Event("EV5", "refunds", "paid", """{"refund":"RF1","payment":"PM1"}"""),
            Event("EV6", "mandates", "cancelled", """{"mandate":"MD1"}"""), Event("EV7", "payouts", "paid", """{"payout":"PO1"}""")));

        Assert.Equal((null, 0), (read.Refusal, read.Unreadable));
        Assert.Equal(
            [
                new("EV1", new ObjectTouched(Now, "payments/PM1")), new("EV3", new ObjectTouched(Now, "payments/PM2")),
                new("EV3-dispute", new DisputeTouched(Now, "PM2")), new("EV4", new DisputeTouched(Now, "PM3")),
                new("EV5", new ObjectTouched(Now, "refunds/RF1")), new("EV6", new MandateTouched(Now, "mandates/MD1")),
            ],
            read.Notices);
        // The server reads a kept notice again.
        Assert.All(read.Notices, one => Assert.Equal(one.Notice, NoticeReading.Read(one.Notice.ToRedactedJson())));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"EV1"}""")]
    [InlineData("7")]
    [InlineData("""{"id":"EV 1","created_at":"2026-11-23T02:00:00.000Z","resource_type":"payments","action":"confirmed","links":{}}""")]
    [InlineData("""{"id":"EV1","created_at":"yesterday","resource_type":"payments","action":"confirmed","links":{"payment":"PM1"}}""")]
    [InlineData("""{"id":"EV1","created_at":"2026-11-23T02:00:00.000Z","resource_type":"payments","action":"confirmed","links":{}}""")]
    public void EventThatCannotBeRead_LosesNoOther(string broken)
    {
        var read = Read(Batch(Event("EV0", "payments", "confirmed", """{"payment":"PM1"}"""), broken));

        Assert.Equal((1, 1), (read.Notices.Count, read.Unreadable));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"events":{}}""")]
    public void BodyWithoutEvents_IsUnreadable(string body) => Assert.Equal(1, Read(body).Unreadable);

    private static NoticeBatch Read(string body) => Read(body, Signed(body, Secret));

    private static NoticeBatch Read(string body, string? header) =>
        new GoCardlessKind().ReadNotices(Posted(body, header, ["another", Secret]));

    private static PostedNotice Posted(string body, string? header, IReadOnlyList<string> keys) =>
        new(name => name == "Webhook-Signature" ? header : null, Encoding.UTF8.GetBytes(body), keys, Now);
}
