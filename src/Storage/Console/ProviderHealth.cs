namespace Quittance.Storage.Console;

/// <summary>How a provider does.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Asked">What it was asked within the last hour.</param>
/// <param name="Done">What of that it did.</param>
/// <param name="Declined">What of that it declined.</param>
/// <param name="Waiting">All that it decides later or is being asked, however old.</param>
/// <param name="Unknown">All that it gave no clear answer to, however old.</param>
/// <param name="Notices">What it told that is not processed yet.</param>
public sealed record ProviderHealth(string Provider, int Asked, int Done, int Declined, int Waiting, int Unknown, int Notices);
