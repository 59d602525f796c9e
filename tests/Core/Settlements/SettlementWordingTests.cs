using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Tests.Deciding;

namespace Quittance.Tests.Settlements;

public sealed class SettlementWordingTests
{
    /// <summary>A reference of a standard has the number of the bill in it.</summary>
    [Theory]
    [InlineData("0000000000202700027", "202700027")]
    [InlineData("RF20202700030", "202700030")]
    [InlineData("000000000000000000202700059", "202700059")]
    [InlineData("000000000000000000202700059", "20270005")]
    [InlineData("008942", "8942", false)]
    [InlineData("RF21202700030", "202700030", false)]
    public void Reference_NamesTheNumberInIt(string text, string number, bool doesIt = true)
    {
        var line = new SettlementLine(
            new SettlementLineId(new MerchantId(1), Guid.Empty), default, 1, StatementSource.Camt, "bank", SettlementLineKind.Entry,
            new DateOnly(2027, 1, 5), new Money(1, Given.Euro), 0, SettlementStatus.Open, Events: 0)
        { Remittance = text };

        Assert.Equal(doesIt, SettlementWording.NamesIn(line).Contains(number));
    }
}
