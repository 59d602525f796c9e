using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.Tmf676;
using static Quittance.Tests.TmfSamples;

namespace Quittance.Tests;

public sealed class CardNumberMaskTests
{
    [Theory]
    [InlineData("4242424242424242", "************4242")]
    [InlineData("4242 4242 4242 4242", "************4242")]
    [InlineData("4242-4242-4242-4242", "************4242")]
    [InlineData("3782 822463 10005", "***********0005")]
    [InlineData("4222222222222", "*********2222")]
    [InlineData("6304000000000000000", "***************0000")]
    [InlineData("Visa 4242424242424242, Ada", "Visa ************4242, Ada")]
    [InlineData("card=4242424242424242;", "card=************4242;")]
    [InlineData("pm4242424242424242x", "pm************4242x")]
    [InlineData("4242424242424242, 5555-5555-5555-4444", "************4242, ************4444")]
    [InlineData("4242424242424242 5555555555554444", "************4242 ************4444")]
    [InlineData("4242 4242 4242 4242 12/27", "************4242 12/27")]
    [InlineData("7 4242 4242 4242 4242", "7 ************4242")]
    [InlineData("4242\u00a04242\u202f4242\u00a04242", "************4242")]
    [InlineData("4242\u200b42424242\u00ad4242", "************4242")]
    [InlineData("4242\u200b\u200b4242 \u200b4242\u20074242", "************4242")]
    [InlineData("\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12", "************4242")]
    public void A_card_number_is_cut_to_its_last_four(string text, string masked) => Assert.Equal(masked, CardNumberMask.Apply(text));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("Test123XYZ")]
    [InlineData("visa-home")]
    [InlineData("pm-2204")]
    [InlineData("************4242")]
    [InlineData("4242424242424241")]
    [InlineData("4242 4242 4242 4241")]
    [InlineData("424242424242")]
    [InlineData("42424242424242424242")]
    [InlineData("4242  4242  4242  4242")]
    [InlineData("4242.4242.4242.4242")]
    [InlineData("2027-03-04 15:02:41")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void Other_texts_stay(string text) => Assert.Equal(text, CardNumberMask.Apply(text));

    [Fact]
    public void Neither_mount_keeps_a_card_number()
    {
        const string Method = """
            {"@type":"Check","id":"4242424242424242","name":"Visa 4242 4242 4242 4242","description":"4242-4242-4242-4242"}
            """;
        const string Kept = """
            "paymentMethod":{"id":"************4242","description":"************4242","name":"Visa ************4242","@type":"Check"}
            """;

        foreach (var command in (RecordPayment[])
            [
                Read(Body(Method), body => Tmf676Requests.Payment(body, TmfSamples.Origin, Installation, NewId)).Command,
                Read(Body(Method), body => OracleBrmRequests.Payment(body, TmfSamples.Origin, NewId)).Command,
            ])
        {
            Assert.Contains(Kept.Trim(), command.Details, StringComparison.Ordinal);
            Assert.DoesNotContain("42424242", command.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_poid_stays()
    {
        const string Method = """{"@type":"Check","id":"0.0.0.1+-payinfo-cc+4242424242424242"}""";

        Assert.Contains(
            "\"id\":\"0.0.0.1+-payinfo-cc+4242424242424242\"",
            Read(Body(Method), body => OracleBrmRequests.Payment(body, TmfSamples.Origin, NewId)).Command.Details,
                StringComparison.Ordinal);
    }

    private static string Body(string method) =>
        $$"""{"account":{"id":"A-1"},"paymentMethod":{{method}},"totalAmount":{"unit":"EUR","value":5} }""";
}
