"""The updates of a department as an Excel form (填报表): written to be filled in offline, and read again.

`columns` says what stands where, `writing` makes the workbook, `reading` takes it apart. What a file changes
is said in `measures.pages.sheet_upload`.
"""
