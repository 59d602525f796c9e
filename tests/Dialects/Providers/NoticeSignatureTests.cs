using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Webhooks;
using Quittance.Providers.Notices;

namespace Quittance.Tests.Providers;

public sealed class NoticeSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Body = """{"test": 2432232314}""";

    // The example that the Standard Webhooks libraries are tested with.
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const long Sent = 1614265330;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(Sent);

    [Fact]
    public void Check_TheStandardsOwnExample_IsValid() => Assert.Equal(NoticeCheck.Valid, Check());

    [Theory]
    [InlineData(-300, NoticeCheck.Valid)]
    [InlineData(-301, NoticeCheck.TooNew)]
    [InlineData(300, NoticeCheck.Valid)]
    [InlineData(301, NoticeCheck.TooOld)]
    public void Check_Time_IsToleratedFiveMinutesEitherWay(int secondsLater, NoticeCheck expected) =>
        Assert.Equal(expected, Check(now: Now.AddSeconds(secondsLater)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Check_WithoutAHeader_IsMissing(string? nothing)
    {
        Assert.Equal(NoticeCheck.Missing, NoticeSignature.Check([Key], nothing, $"{Sent}", Signature, Bytes(Body), Now));
        Assert.Equal(NoticeCheck.Missing, NoticeSignature.Check([Key], Id, nothing, Signature, Bytes(Body), Now));
        Assert.Equal(NoticeCheck.Missing, NoticeSignature.Check([Key], Id, $"{Sent}", nothing, Bytes(Body), Now));
    }

    [Theory]
    [InlineData("1614265330.0")]
    [InlineData("-1614265330")]
    [InlineData(" 1614265330")]
    [InlineData("99999999999999999999")]
    [InlineData("٣")]
    [InlineData("yesterday")]
    public void Check_TimeThatIsNone_IsMalformed(string timestamp) => Assert.Equal(NoticeCheck.Malformed, Check(timestamp: timestamp));

    [Theory]
    [InlineData("v1,")]
    [InlineData("v1")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE")]
    [InlineData("v1,not base64 at all")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void Check_NoSignatureOfOurKind_IsMalformed(string signature) =>
        Assert.Equal(NoticeCheck.Malformed, Check(signature: signature));

    [Fact]
    public void Check_IdWithAFullStop_IsMalformed() => Assert.Equal(NoticeCheck.Malformed, Check(id: "msg.1"));

    [Fact]
    public void Check_AnyPartChanged_IsWrong()
    {
        Assert.Equal(NoticeCheck.Wrong, Check(id: "msg_other"));
        Assert.Equal(NoticeCheck.Wrong, Check(timestamp: $"{Sent + 1}"));
        Assert.Equal(NoticeCheck.Wrong, Check(body: Body + " "));
        Assert.Equal(NoticeCheck.Wrong, Check(keys: [SigningKey.New()]));
        Assert.Equal(NoticeCheck.Wrong, Check(keys: []));
    }

    [Fact]
    public void Check_AnyOfSeveralSignaturesAndKeys_WillDo()
    {
        var other = $"v1,{Convert.ToBase64String(new byte[32])}";

        Assert.Equal(NoticeCheck.Valid, Check(signature: $"{other} v1a,AAAA {Signature}"));
        Assert.Equal(NoticeCheck.Valid, Check(keys: [SigningKey.New(), Key]));
        Assert.Equal(NoticeCheck.Wrong, Check(signature: other));
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_***")]
    public void Check_AKeyThatIsNone_IsOurOwnMistake_AndNotRepeated(string key)
    {
        var thrown = Assert.Throws<FormatException>(() => Check(keys: [key]));
        Assert.DoesNotContain(key, thrown.Message.Replace("whsec_ and", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void NewKey_Signs_AndIsNew()
    {
        var key = SigningKey.New();
        var hash = HMACSHA256.HashData(Convert.FromBase64String(key["whsec_".Length..]), Bytes($"{Id}.{Sent}.{Body}"));

        Assert.Equal(NoticeCheck.Valid, Check(keys: [key], signature: $"v1,{Convert.ToBase64String(hash)}"));
        Assert.NotEqual(key, SigningKey.New());
    }

    private static NoticeCheck Check(
        IReadOnlyList<string>? keys = null, string id = Id, string? timestamp = null, string signature = Signature, string body = Body,
        DateTimeOffset? now = null) =>
        NoticeSignature.Check(keys ?? [Key], id, timestamp ?? $"{Sent}", signature, Bytes(body), now ?? Now);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
