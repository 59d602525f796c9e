namespace Quittance.Storage.Reading;

/// <summary>Values that follow from the columns of a charge, in SQL. Verification has its own words, and trusts nothing here.</summary>
internal static class ChargeSql
{
    /// <summary>The open part of a charge, minor units.</summary>
    /// <param name="charge">The name of the charge in the statement.</param>
    public static string OpenMinor(string charge) =>
        $"({charge}.amount_minor - {charge}.allocated_minor - {charge}.credited_minor - {charge}.written_off_minor)";
}
