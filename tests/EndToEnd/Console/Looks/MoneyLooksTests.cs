using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>How the pages about payments, customers and settlements look.</summary>
[Long]
public sealed class MoneyLooksTests(Browser browser, LookedAtDesk at) : IClassFixture<LookedAtDesk>
{
    [Theory]
    [MemberData(nameof(ConsoleAreas.Money), MemberType = typeof(ConsoleAreas))]
    public Task Page_LooksRightEverywhere(string template) => ConsoleAreas.LookAsync(at, browser, template);
}
