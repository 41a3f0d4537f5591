namespace FnMesh.Gateway.Limits;

/// <summary>A place at a <see cref="LoadGate"/>; disposed of once, which gives it back.</summary>
internal readonly struct LoadPlace(LoadGate gate) : IDisposable
{
    public bool IsHeld => gate is not null;

    public void Dispose() => gate?.Leave();
}
