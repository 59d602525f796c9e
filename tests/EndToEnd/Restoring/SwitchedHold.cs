using Quittance.Core.Books;

namespace Quittance.Tests.Restoring;

/// <summary>Books that a test holds and releases. It counts who looks.</summary>
internal sealed class SwitchedHold : IHold
{
    private volatile bool _isHeld;
    private int _looks;

    public int Looks => Volatile.Read(ref _looks);

    public bool IsHeld
    {
        get
        {
            Interlocked.Increment(ref _looks);
            return _isHeld;
        }
        set => _isHeld = value;
    }
}
