using Quittance.Core.Books;

namespace Quittance.Tests.Running;

/// <summary>For parts of a server over books that nobody restores.</summary>
internal sealed class NeverHeld : IHold
{
    public bool IsHeld => false;
}
