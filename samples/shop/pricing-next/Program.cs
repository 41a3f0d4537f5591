var app = WebApplication.Create(args);

// The next revision: long names cost more.
app.MapGet("/prices/{sku}", (string sku) => new { Sku = sku, Amount = 9.00m + sku.Length / 10m, Revision = app.Configuration["FNMESH_REVISION"] });

app.Run();
