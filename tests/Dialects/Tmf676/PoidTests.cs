using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Tests;

public sealed class PoidTests
{
    [Theory]
    [InlineData("0.0.0.1+-account+84808", "account", 84808)]
    [InlineData("0.0.0.1+-item-payment+207561", "item-payment", 207561)]
    [InlineData("10.20.0.1+-payinfo-cc+9007199254740993", "payinfo-cc", 9007199254740993)]
    public void A_POID_is_read_and_written_the_same(string text, string type, long number)
    {
        Assert.True(Poid.TryParse(text, out var poid));
        Assert.Equal((type, number, text), (poid.Class, poid.Number, poid.ToString()));
        Assert.False(poid.IsOwn);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+-")]
    [InlineData("+-+")]
    [InlineData("0.0.0.1+-+1")]
    [InlineData("0.0.0.1+-account+")]
    [InlineData("0.0.0.1+-account")]
    [InlineData("0.0.0.1+account+1")]
    [InlineData("0.0.1+-account+1")]
    [InlineData("0.0.0.0.1+-account+1")]
    [InlineData("0.0..1+-account+1")]
    [InlineData("0.0.0.x+-account+1")]
    [InlineData("0.0.0.1+-Account+1")]
    [InlineData("0.0.0.1+-acc\"ount+1")]
    [InlineData("0.0.0.1+-account+-1")]
    [InlineData("0.0.0.1+-account+1 ")]
    [InlineData("0.0.0.1+-account+99999999999999999999")]
    public void Anything_else_is_none(string text) => Assert.False(Poid.TryParse(text, out _));

    [Theory]
    [InlineData("0.0.0.1+-item-payment+7", 7L)]
    [InlineData("0.0.0.1 -item-payment 7", 7L)]
    [InlineData("P1-7", 7L)]
    [InlineData("P1--7", null)]
    [InlineData("0.0.0.2+-item-payment+7", null)]
    [InlineData("0.0.0.1+-bill+7", null)]
    public void A_payment_is_named_by_its_POID_or_item_number(string name, long? number) =>
        Assert.Equal(number, TmfKind.Payment.NumberOf(name));
}
