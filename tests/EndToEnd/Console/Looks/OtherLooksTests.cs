using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>How all other pages look, and those that stand in for a page.</summary>
public sealed class OtherLooksTests(BooksFixture books, Browser browser, LookedAtDesk at) : IClassFixture<LookedAtDesk>
{
    [Long]
    [Theory]
    [MemberData(nameof(ConsoleAreas.Rest), MemberType = typeof(ConsoleAreas))]
    public Task Page_LooksRightEverywhere(string template) => ConsoleAreas.LookAsync(at, browser, template);

    [Fact]
    public async Task WhatARoleDoesNotAllow_IsSaidByAPageThatLooksRight()
    {
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, at.Samples.Merchant);
        await viewer.LookEverywhereAsync(browser, "/console/access/people/new", "not-allowed", HttpStatusCode.Forbidden);
    }

    [Long]
    [Theory]
    [InlineData("/console/nothing", "page")]
    [InlineData("/console/payments/999999999", "payment")]
    public Task WhatDoesNotExist_IsSaidByAPageThatLooksRight(string path, string what) =>
        at.Desk.LookEverywhereAsync(browser, path, $"missing-{what}", HttpStatusCode.NotFound);
}
