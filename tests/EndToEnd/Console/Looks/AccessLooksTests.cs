using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>How the pages about access look.</summary>
[Long]
public sealed class AccessLooksTests(Browser browser, LookedAtDesk at) : IClassFixture<LookedAtDesk>
{
    [Theory]
    [MemberData(nameof(ConsoleAreas.Access), MemberType = typeof(ConsoleAreas))]
    public Task Page_LooksRightEverywhere(string template) => ConsoleAreas.LookAsync(at, browser, template);
}
