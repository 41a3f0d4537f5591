namespace FnMesh.Policy.Cesql;

/// <summary>Looks an attribute up.</summary>
/// <param name="source">Whatever has attributes.</param>
/// <param name="name">In lower case.</param>
/// <returns>The default where there is none.</returns>
public delegate CesqlValue CesqlLookup(object source, string name);
