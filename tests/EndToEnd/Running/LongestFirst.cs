using System.Reflection;
using Quittance.Tests.Running;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Quittance.Tests.Running;

/// <summary>
/// Starts the classes first that have long tests: the tests of one class run one after the other, and a long one that starts late would be
/// all that the end of the run waits for.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly IReadOnlyList<string> Long =
    [
        .. typeof(LongestFirst).Assembly.GetTypes()
            .Where(type => type.GetMethods().Append<MemberInfo>(type).Any(member => member.IsDefined(typeof(LongAttribute))))
            .Select(type => $"{type.FullName} "),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderBy(collection => IsLong(collection) ? 0 : 1)];

    // A collection has no class, and a name for people that has the class's.
    private static bool IsLong<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        Long.Any(name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
}
