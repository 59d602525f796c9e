using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Providers;
using Quittance.Providers.Notices;
using Quittance.Providers.Stripe;

namespace Quittance.Tests.Providers;

/// <summary>Stripe's events: signed in Stripe's way, and questions to Stripe instead of news.</summary>
public sealed class StripeNoticeTests
{
    private const string Secret = "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH";

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private static readonly Guid Attempt = Guid.Parse("0198b1c2-0000-8000-8000-000000000001");
    private static readonly Guid Capture = Guid.Parse("0198b1c2-0000-8000-8000-000000000002");

    [Fact]
    public void EventOfAnIntent_AsksForTheAuthorisationAndItsCapture()
    {
        var batch = Read(Event("payment_intent", $$"""{"attempt":"{{Attempt}}","capture":"{{Capture}}"}"""));

        Assert.Equal(
            [("evt_1-attempt", new RequestTouched(Now, Attempt)), ("evt_1-capture", new RequestTouched(Now, Capture))],
            batch.Notices.Select(read => (read.Id, (RequestTouched)read.Notice)));
        Assert.Equal((null, 0), (batch.Refusal, batch.Unreadable));
    }

    [Theory]
    [InlineData("customer", "{}")]
    [InlineData("payment_intent", "{}")]
    [InlineData("payment_intent", """{"attempt":"of another shop"}""")]
    public void EventThatIsNotOfTheBooks_IsNone(string what, string metadata)
    {
        var batch = Read(Event(what, metadata));
        Assert.Equal((null, 0), (batch.Refusal, batch.Unreadable));
        Assert.Empty(batch.Notices);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"id":"evt_1","type":"payment_intent.succeeded","created":1,"data":{}}""")]
    [InlineData("""{"id":"evt_1","type":"payment_intent.succeeded","created":"1","data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"charge.dispute.created","created":1,"data":{"object":{"object":"dispute"}}}""")]
    public void EventThatCannotBeBooked_IsUnreadable(string body) => Assert.Equal(1, Read(body).Unreadable);

    [Fact]
    public void EventOfADispute_AsksForIt()
    {
        var read = Assert.Single(Read(
            """{"id":"evt_1","type":"charge.dispute.closed","created":1,"data":{"object":{"object":"dispute","id":"dp_1"}}}""").Notices);

        Assert.Equal(("evt_1", new DisputeTouched(DateTimeOffset.UnixEpoch.AddSeconds(1), "dp_1")), (read.Id, (DisputeTouched)read.Notice));
    }

    [Fact]
    public void Signature_IsOfTheSecretAndJustNow()
    {
        var body = Event("payment_intent", $$"""{"attempt":"{{Attempt}}"}""");
        Assert.Null(Read(body, header: $"{Signed(body, "whsec_other", Now)},v1={Hash(body, Secret, Now)}").Refusal);
        Assert.Null(Read(body, Signed(body, Secret, Now.AddMinutes(-4))).Refusal);

        foreach (var header in new[]
        {
            null, "", "v1=", $"t={Now.ToUnixTimeSeconds()}", Signed(body, "whsec_other", Now), Signed(body + " ", Secret, Now),
            Signed(body, Secret, Now.AddMinutes(-6)), Signed(body, Secret, Now.AddMinutes(6)),
            $"t={Now.ToUnixTimeSeconds()},v0={Hash(body, Secret, Now)}", $"t=1,{Signed(body, Secret, Now)}",
        })
        {
            Assert.NotNull(Read(body, header).Refusal);
        }

        // A merchant without an account has no key.
        Assert.NotNull(new StripeKind().ReadNotices(Posted(body, Signed(body, Secret, Now), [])).Refusal);
    }

    private static NoticeBatch Read(string body) => Read(body, Signed(body, Secret, Now));

    private static NoticeBatch Read(string body, string? header) =>
        new StripeKind().ReadNotices(Posted(body, header, ["whsec_new", Secret]));

    private static PostedNotice Posted(string body, string? header, IReadOnlyList<string> keys) =>
        new(name => name == "Stripe-Signature" ? header : null, Encoding.UTF8.GetBytes(body), keys, Now);

    private static string Event(string what, string metadata) =>
        $$"""{"id":"evt_1","object":"event","type":"{{what}}.changed","created":{{Now.ToUnixTimeSeconds()}},"data":"""
        + $$"""{"object":{"object":"{{what}}","metadata":"""
        + metadata + "}}}";

    private static string Signed(string body, string secret, DateTimeOffset at) =>
        $"t={at.ToUnixTimeSeconds()},v1={Hash(body, secret, at)}";

    private static string Hash(string body, string secret, DateTimeOffset at) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}.{body}")));
}
