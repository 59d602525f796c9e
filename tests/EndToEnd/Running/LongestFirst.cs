using Quittance.Tests.Console;
using Quittance.Tests.Debits;
using Quittance.Tests.Documentation;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.Standby;
using Quittance.Tests.Vault;
using Quittance.Tests.Verification;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Quittance.Tests.Running;

/// <summary>
/// Starts the classes first that take longest: the tests of one class run one after the other, and a long one that starts late would be
/// all that the end of the run waits for.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly IReadOnlyList<Type> Longest =
    [
        typeof(TamperingTests), typeof(ThirdDocumentedCommandsTests), typeof(StandbyTests), typeof(EmbeddedPostgresTests),
        typeof(MandateImportTests), typeof(OtherLooksTests), typeof(SecondDocumentedCommandsTests), typeof(FirstDocumentedCommandsTests),
        typeof(SettlementImportTests), typeof(CommandTests), typeof(BackupTests), typeof(ReadmeTests), typeof(RekeyTests),
        typeof(ProcessTests), typeof(MasterKeyTests),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderBy(PlaceOf)];

    // A collection has no class, and a name for people that has the class's.
    private static int PlaceOf<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        for (var place = 0; place < Longest.Count; place++)
        {
            if (collection.TestCollectionDisplayName.Contains($"{Longest[place].FullName} ", StringComparison.Ordinal))
                return place;
        }

        return Longest.Count;
    }
}
